import { withConnection } from '../../database/connect.ts';
import { guardPrimary } from '../../database/guard.ts';
import { describeAddress } from '../../database/server-address.ts';
import { resolveTarget } from '../../database/target.ts';
import { CartloadError } from '../../errors.ts';
import { createShop } from '../../generators/shop.ts';
import { hasBookkeeping, readDataset, requireDataset } from '../../loading/ledger.ts';
import { type VerifyResult, verifyShop } from '../../loading/verify-shop.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { openTarget, TARGET_OPTIONS } from '../open-target.ts';
import { integerOption, scaleOption, textOption } from '../option-values.ts';
import { readCurrentDataset } from '../shop-databases.ts';

/** Checks that the loaded shop is what the generator says, and that its books balance. */
export const verify: Command = {
  name: 'verify',
  usage: 'verify',
  describe: 'Check rows, checksums and books of the loaded shop',
  optionNames: ['scale', 'seed', 'target'],
  options: (args) =>
    args
      .option('scale', { type: 'string', describe: 'Which dataset (default: the last loaded)' })
      .option('seed', { type: 'string', describe: 'Which dataset (default: the last loaded)' })
      .option('target', TARGET_OPTIONS.target),
  async run(context, values) {
    const { terminal, signal } = context;
    const shop = createShop(await chooseDataset(context, values));
    const target = await openTarget(context, values, shop);
    try {
      const { primary } = target;
      const result = await withConnection(primary, { purpose: 'verify' }, async (client) => {
        await guardPrimary(client, primary);
        await requireDataset(client, shop, describeAddress(primary));
        const onStep = (step: string) => terminal.live(`  ${step}`);
        return verifyShop({ client, shop, signal, onStep });
      });
      terminal.print(context.json ? JSON.stringify(result, null, 2) : describe(result));
      return result.passed ? 0 : 1;
    } finally {
      await target.close();
    }
  },
};

/** The dataset as asked for, else the one that the target says it holds. */
async function chooseDataset(context: CommandContext, values: ArgumentValues) {
  const orders = scaleOption(values);
  const seed = integerOption(values, 'seed', 0);
  const found =
    orders === undefined || seed === undefined ? await findDataset(context, values) : null;
  const chosen = { orders: orders ?? found?.orders, seed: seed ?? found?.seed };
  if (chosen.orders === undefined || chosen.seed === undefined) {
    throw new CartloadError('DATASET_NOT_LOADED', 'No shop is loaded.', {
      hint: 'Load one first: npm run load -- --scale 20k.',
    });
  }
  return { orders: chosen.orders, seed: chosen.seed, profile: 'default' } as const;
}

async function findDataset(context: CommandContext, values: ArgumentValues) {
  const target = resolveTarget({
    target: textOption(values, 'target'),
    env: context.env,
    configFile: context.configFile,
  });
  if (target.kind === 'embedded') return readCurrentDataset(context.stateDirectory);
  return withConnection(target.primary, { purpose: 'verify' }, async (client) =>
    (await hasBookkeeping(client)) ? readDataset(client) : null,
  );
}

function describe({ identity, tables, invariants, passed }: VerifyResult): string {
  const lines = [`Dataset ${identity}`];
  for (const { table, rows, expectedRows, matches } of tables) {
    const count = rows.toLocaleString('en').padStart(12);
    const verdict = matches
      ? 'as generated'
      : rows === expectedRows
        ? 'OTHER CONTENT'
        : `EXPECTED ${expectedRows.toLocaleString('en')} ROWS`;
    lines.push(`  ${table.padEnd(22)}${count} rows  ${verdict}`);
  }
  for (const { question, violations } of invariants) {
    const verdict = violations === 0 ? 'yes' : `NO, ${violations} violations`;
    lines.push(`  ${question} ${verdict}`);
  }
  lines.push(
    passed ? 'Verified: rows, checksums and books are right.' : explain(tables, invariants),
  );
  return lines.join('\n');
}

function explain(tables: VerifyResult['tables'], invariants: VerifyResult['invariants']): string {
  const changed = tables.filter(({ matches }) => !matches).length;
  const broken = invariants.filter(({ violations }) => violations > 0).length;
  if (broken > 0) return `NOT VERIFIED: ${broken} of ${invariants.length} books do not balance.`;
  return `NOT AS GENERATED: ${changed} tables differ, as after a run in place. The books balance.`;
}
