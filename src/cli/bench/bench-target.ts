import { runBench } from '../../bench/run-bench.ts';
import { withConnection } from '../../database/connect.ts';
import { guardPrimary } from '../../database/guard.ts';
import { describeAddress } from '../../database/server-address.ts';
import { createShop, type Shop } from '../../generators/shop.ts';
import { requireDataset } from '../../loading/ledger.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { loadWithProgress } from '../load-progress.ts';
import { openTarget, type RunDatabase } from '../open-target.ts';
import { writeCurrentDataset } from '../shop-databases.ts';
import { liveLine, livePanel } from './live-panel.ts';
import { OwnServers, wantOwnServers } from './own-servers.ts';

/** Where scenarios on the same shop run. */
export interface BenchTarget {
  readonly kind: 'embedded' | 'external';
  readonly shop: Shop;
  /** A database for one run. */
  openRun(scenario: Scenario, id: string): Promise<RunDatabase>;
}

/**
 * Opens the target of scenarios that have their dataset in common, with the shop in it: loaded where the
 * target is ours, else required.
 */
export async function withBenchTarget<T>(
  context: CommandContext,
  values: ArgumentValues,
  scenarios: readonly [Scenario, ...Scenario[]],
  use: (target: BenchTarget) => Promise<T>,
): Promise<T> {
  const shop = createShop(scenarios[0].dataset);
  if (wantOwnServers(values, scenarios)) {
    return withExperimentServers(context, async (servers) => {
      const own = await OwnServers.make(context, servers, shop, scenarios);
      return use({ kind: 'embedded', shop, openRun: (each, id) => own.openRun(each, id) });
    });
  }
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
    return await use({ kind, shop, openRun: (_, id) => target.openRun(id) });
  } finally {
    await target.close();
  }
}

/** Runs the scenario once, with its progress shown. */
export async function benchOn(
  { terminal, commandLine, signal }: CommandContext,
  { kind, shop, openRun }: BenchTarget,
  scenario: Scenario,
  id: string,
): Promise<RunRecord> {
  const run = await openRun(scenario, id);
  try {
    return await runBench({
      scenario,
      shop,
      primary: run.primary,
      replicas: run.replicas,
      pooler: run.pooler,
      kind,
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
