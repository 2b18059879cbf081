import { join } from 'node:path';
import { runBench } from '../../bench/run-bench.ts';
import { withConnection } from '../../database/connect.ts';
import { guardPrimary } from '../../database/guard.ts';
import { describeAddress } from '../../database/server-address.ts';
import type { RunDatabase } from '../../experiments/servers/run-database.ts';
import { createShop, type Shop } from '../../generators/shop.ts';
import { requireDataset } from '../../loading/ledger.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { writeRunRecord } from '../../measurements/run-record-file.ts';
import type { Topology } from '../../pricing/topology.ts';
import { writeReports } from '../../reports/write-reports.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { loadWithProgress } from '../load-progress.ts';
import { openTarget } from '../open-target.ts';
import { runId } from '../output-folder.ts';
import { writeCurrentDataset } from '../shop-databases.ts';
import { liveLine, livePanel } from './live-panel.ts';
import { OwnServers, wantOwnServers } from './own-servers.ts';

/** Where scenarios on the same shop run. */
export interface BenchTarget {
  readonly kind: 'embedded' | 'external';
  readonly shop: Shop;
  /** What is paid for it; null: not known. */
  readonly topology: Topology | null;
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
      return use({
        kind: 'embedded',
        shop,
        topology: null,
        openRun: (each, id) => own.openRun(each, id),
      });
    });
  }
  const target = await openTarget(context, values, shop, { mayCreate: true });
  try {
    const { kind, primary, topology } = target;
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
    return await use({ kind, shop, topology, openRun: (_, id) => target.openRun(id) });
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

/** A run with its record and reports in a folder of its own, among all others. */
export async function benchAndKeep(
  context: CommandContext,
  target: BenchTarget,
  scenario: Scenario,
  label: string,
): Promise<RunRecord> {
  const id = runId(`${scenario.name}-${label}`);
  const record = await benchOn(context, target, scenario, id);
  const directory = join(context.runsDirectory, id);
  await writeRunRecord(directory, record);
  await writeReports(directory, record);
  return record;
}
