import type pg from 'pg';
import { withConnection } from '../database/connect.ts';
import { guardPrimary } from '../database/guard.ts';
import { describeAddress, type ServerAddress } from '../database/server-address.ts';
import { resolveTarget } from '../database/target.ts';
import { CartloadError } from '../errors.ts';
import type { DatasetSpec } from '../generators/dataset-spec.ts';
import { createShop, type Shop } from '../generators/shop.ts';
import { hasBookkeeping, readDataset, requireDataset } from '../loading/ledger.ts';
import type { ArgumentValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { openTarget, TARGET_OPTIONS } from './open-target.ts';
import { integerOption, profileOption, scaleOption, textOption } from './option-values.ts';
import { readCurrentDataset } from './shop-databases.ts';

/** Options that choose a loaded shop, for yargs. */
export const DATASET_OPTIONS = {
  scale: { type: 'string', describe: 'Which dataset (default: the last loaded)' },
  seed: { type: 'string', describe: 'Which dataset (default: the last loaded)' },
  profile: { type: 'string', describe: 'Which dataset (default: the last loaded)' },
  target: TARGET_OPTIONS.target,
} as const;

/**
 * Opens the shop that is asked for, else the one that the target holds, and refuses any other.
 *
 * @throws CartloadError DATASET_NOT_LOADED, WRONG_DATASET, and as the guard and `openTarget` do
 */
export async function withLoadedShop<T>(
  context: CommandContext,
  values: ArgumentValues,
  use: (shop: Shop, client: pg.Client, address: ServerAddress) => Promise<T>,
): Promise<T> {
  const shop = createShop(await chooseDataset(context, values));
  const target = await openTarget(context, values, shop, { mayCreate: false });
  try {
    const { primary } = target;
    return await withConnection(primary, { purpose: 'inspect' }, async (client) => {
      await guardPrimary(client, primary);
      await requireDataset(client, shop, describeAddress(primary));
      return use(shop, client, primary);
    });
  } finally {
    await target.close();
  }
}

async function chooseDataset(
  context: CommandContext,
  values: ArgumentValues,
): Promise<DatasetSpec> {
  const asked = {
    orders: scaleOption(values),
    seed: integerOption(values, 'seed', 0),
    profile: profileOption(values),
  };
  const isWhole = !Object.values(asked).includes(undefined);
  const found = isWhole ? null : await findDataset(context, values);
  const orders = asked.orders ?? found?.orders;
  const seed = asked.seed ?? found?.seed;
  if (orders === undefined || seed === undefined) {
    throw new CartloadError('DATASET_NOT_LOADED', 'No shop is loaded.', {
      hint: 'Load one first: npm run load -- --scale 20k.',
    });
  }
  return { orders, seed, profile: asked.profile ?? found?.profile ?? 'default' };
}

async function findDataset(
  context: CommandContext,
  values: ArgumentValues,
): Promise<DatasetSpec | null> {
  const target = resolveTarget({
    target: textOption(values, 'target'),
    env: context.env,
    configFile: context.configFile,
  });
  if (target.kind === 'embedded') return readCurrentDataset(context.stateDirectory);
  return withConnection(target.primary, { purpose: 'inspect' }, async (client) =>
    (await hasBookkeeping(client)) ? readDataset(client) : null,
  );
}
