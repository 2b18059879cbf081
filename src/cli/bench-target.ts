import { runBench } from '../bench/run-bench.ts';
import { withConnection } from '../database/connect.ts';
import { guardPrimary } from '../database/guard.ts';
import { describeAddress } from '../database/server-address.ts';
import { createShop, type Shop } from '../generators/shop.ts';
import { requireDataset } from '../loading/ledger.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ArgumentValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { liveLine, livePanel } from './live-panel.ts';
import { loadWithProgress } from './load-progress.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { writeCurrentDataset } from './shop-databases.ts';

/** A target that holds the shop of a scenario. */
interface BenchTarget {
  readonly target: OpenTarget;
  readonly shop: Shop;
}

/** Opens the target, with the scenario's shop in it: loaded where the target is ours, else required. */
export async function withBenchTarget<T>(
  context: CommandContext,
  values: ArgumentValues,
  scenario: Scenario,
  use: (target: BenchTarget) => Promise<T>,
): Promise<T> {
  const shop = createShop(scenario.dataset);
  const target = await openTarget(context, values, shop, { mayCreate: true });
  try {
    const { kind, primary } = target;
    if (kind === 'embedded') {
      await loadWithProgress(context, {
        target: primary,
        shop,
        localCopies: 1 + target.replicas.length,
      });
      await writeCurrentDataset(context.stateDirectory, shop.spec);
    } else {
      await withConnection(primary, { purpose: 'check' }, async (client) => {
        await guardPrimary(client, primary);
        await requireDataset(client, shop, describeAddress(primary));
      });
    }
    return await use({ target, shop });
  } finally {
    await target.close();
  }
}

/** Runs the scenario once, with its progress shown. */
export async function benchOn(
  { terminal, commandLine, signal }: CommandContext,
  { target, shop }: BenchTarget,
  scenario: Scenario,
  id: string,
): Promise<RunRecord> {
  const run = await target.openRun(id);
  try {
    return await runBench({
      scenario,
      shop,
      primary: run.primary,
      replicas: run.replicas,
      pooler: run.pooler,
      kind: target.kind,
      state: run.state,
      id,
      command: commandLine,
      signal,
      onStep: (step) => terminal.say(`· ${step}`),
      onTick: (tick) => terminal.live(liveLine(tick, scenario), livePanel(tick, scenario)),
    });
  } finally {
    await run.close();
  }
}
