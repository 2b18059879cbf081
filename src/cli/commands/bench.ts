import { join } from 'node:path';
import { runBench } from '../../bench/run-bench.ts';
import { withConnection } from '../../database/connect.ts';
import { guardPrimary } from '../../database/guard.ts';
import { describeAddress } from '../../database/server-address.ts';
import { createShop } from '../../generators/shop.ts';
import { requireDataset } from '../../loading/ledger.ts';
import { RUN_RECORD_FILE, writeRunRecord } from '../../measurements/run-record-file.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { REPORT_FILES, writeReports } from '../../reports/write-reports.ts';
import { overrideScenario } from '../../scenario/override.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { liveLine, livePanel } from '../live-panel.ts';
import { loadWithProgress } from '../load-progress.ts';
import { openTarget, TARGET_OPTIONS } from '../open-target.ts';
import {
  durationOption,
  integerOption,
  rateOption,
  scaleOption,
  textOption,
} from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { readScenario } from '../scenario-files.ts';
import { writeCurrentDataset } from '../shop-databases.ts';
import { shownPath } from '../shown-path.ts';

/** What a run leaves in its folder, the one to open first. */
const RUN_FILES = [...REPORT_FILES, RUN_RECORD_FILE];

/** Runs a scenario and reports. */
export const bench: Command = {
  name: 'bench',
  usage: 'bench <scenario>',
  describe: 'Run a scenario and report',
  optionNames: [
    'duration',
    'warmup',
    'rate',
    'vus',
    'iterations',
    'workers',
    'connections',
    'scale',
    'seed',
    'out',
    'target',
    'replica',
    'pooler',
  ],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', describe: 'scenarios/checkout, or a YAML file' })
      .option('duration', { type: 'string', describe: 'Measurement: 60s' })
      .option('warmup', { type: 'string', describe: 'Before it: 5s' })
      .option('rate', { type: 'string', describe: 'Arrivals per second: 300' })
      .option('vus', { type: 'string', describe: 'Virtual users: 16' })
      .option('iterations', { type: 'string', describe: 'Arrivals of shared-iterations: 10000' })
      .option('workers', { type: 'string', describe: 'Threads that apply the load: 2' })
      .option('connections', { type: 'string', describe: 'Connections to the primary: 100' })
      .option('scale', { type: 'string', describe: 'Orders of the dataset: 20k' })
      .option('seed', { type: 'string', describe: 'Seed of dataset and load' })
      .option('out', { type: 'string', describe: 'Folder of the run (default runs/TIME-NAME)' })
      .options(TARGET_OPTIONS)
      .option('pooler', {
        type: 'string',
        describe: 'URL of a pooler (PgBouncer) that clients reach the primary through',
      }),
  async run(context, values) {
    const { terminal, signal } = context;
    const scenario = chooseScenario(context, values);
    const id = runId(scenario.name);
    const directory = chooseDirectory(context, textOption(values, 'out'), id, RUN_FILES);
    const shop = createShop(scenario.dataset);
    const onStep = (step: string) => terminal.say(`· ${step}`);
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
      const run = await target.openRun(id);
      try {
        const record = await runBench({
          scenario,
          shop,
          primary: run.primary,
          replicas: run.replicas,
          pooler: run.pooler,
          kind,
          state: run.state,
          id,
          command: context.commandLine,
          signal,
          onStep,
          onTick: (tick) => terminal.live(liveLine(tick, scenario), livePanel(tick, scenario)),
        });
        const files = RUN_FILES.map((name) =>
          shownPath(join(directory, name), context.userDirectory),
        );
        // First to the screen: a full disk must not cost the result.
        terminal.print(
          context.json
            ? JSON.stringify(record, null, 2)
            : renderTerminal(record, { ...terminal, files }),
        );
        await writeRunRecord(directory, record);
        await writeReports(directory, record);
        return record.verdict.exitCode;
      } finally {
        await run.close();
      }
    } finally {
      await target.close();
    }
  },
};

function chooseScenario(context: CommandContext, values: ArgumentValues): Scenario {
  const overrides = {
    durationMs: durationOption(values, 'duration'),
    warmupMs: durationOption(values, 'warmup'),
    ratePerSecond: rateOption(values, 'rate'),
    vus: integerOption(values, 'vus', 1),
    iterations: integerOption(values, 'iterations', 1),
    workers: integerOption(values, 'workers', 1),
    connections: integerOption(values, 'connections', 1),
    orders: scaleOption(values),
    seed: integerOption(values, 'seed', 0),
  };
  const given = Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined),
  );
  const scenario = readScenario(String(values['scenario']), context.userDirectory);
  return overrideScenario(scenario, given);
}
