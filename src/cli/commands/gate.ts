import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { EmbeddedCluster } from '../../database/embedded/embedded-cluster.ts';
import { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import { CartloadError } from '../../errors.ts';
import type { Arm } from '../../experiments/arms/arm.ts';
import { buildCommit } from '../../experiments/arms/build-commit.ts';
import { type CodeBase, loadCodeBase } from '../../experiments/arms/code-base.ts';
import { GATE_MARGINS } from '../../experiments/gate/duet-figures.ts';
import { gateRecord } from '../../experiments/gate/gate-record.ts';
import { runGate } from '../../experiments/gate/run-gate.ts';
import { createShop } from '../../generators/shop.ts';
import {
  EXPERIMENT_RECORD_FILE,
  writeExperimentRecord,
} from '../../measurements/experiment-record-file.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { packageRoot, packageVersion } from '../../package-info.ts';
import { EXPERIMENT_REPORT_FILES, writeExperimentReports } from '../../reports/write-reports.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { gateLine } from '../gate-progress.ts';
import { loadCallbacks } from '../load-progress.ts';
import { durationOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { printExperiment } from '../print-experiment.ts';
import { readScenario } from '../scenario-files.ts';

const FILES = [...EXPERIMENT_REPORT_FILES, EXPERIMENT_RECORD_FILE];
const DEFAULT_BUDGET_MS = 10 * 60_000;

const EXIT_CODES = {
  pass: 0,
  improvement: 0,
  regression: 1,
  undecided: 3,
  invalid: 4,
  incomparable: 4,
} as const;

/** Asks whether the working tree is slower than another commit. */
export const gate: Command = {
  name: 'gate',
  usage: 'gate [scenario]',
  describe: 'Is the working tree slower than another commit?',
  optionNames: ['baseline-ref', 'budget', 'out'],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', default: 'scenarios/checkout' })
      .option('baseline-ref', {
        type: 'string',
        describe: 'The commit to compare with: main, a tag, a hash',
      })
      .option('budget', { type: 'string', describe: 'Longest time that it may take: 10m' })
      .option('out', { type: 'string', describe: 'Folder of the result (default runs/TIME-gate)' }),
  async run(context, values) {
    const { terminal, signal, stateDirectory } = context;
    const ref = baselineRef(values);
    const id = runId('gate');
    const directory = chooseDirectory(context, textOption(values, 'out'), id, FILES);
    const startedAt = new Date().toISOString();
    const onStep = (step: string) => terminal.say(`· ${step}`);
    const commit = await buildCommit({
      repository: packageRoot,
      ref,
      buildsDirectory: join(stateDirectory, 'builds'),
      onStep,
      signal,
    });
    const baseline = await openArm(context, values, {
      name: 'baseline',
      label: `${ref} (${commit.hash.slice(0, 12)})`,
      root: commit.root,
    });
    const candidate = await openArm(context, values, {
      name: 'candidate',
      label: 'the working tree',
      root: packageRoot,
    });
    const cluster = await EmbeddedCluster.acquire({
      directory: stateDirectory,
      command: context.commandLine,
      onProgress: onStep,
    });
    try {
      const servers = await ExperimentServers.open({ stateDirectory, onProgress: onStep, signal });
      try {
        await initHistograms();
        const outcome = await runGate({
          ...loadCallbacks(context),
          servers,
          shop: createShop(candidate.scenario.dataset),
          baseline,
          // What is asked of the shop is the same for both; how each does it is its own.
          candidate,
          margins: GATE_MARGINS,
          budgetMs: durationOption(values, 'budget') ?? DEFAULT_BUDGET_MS,
          workers: Math.min(2, availableParallelism()),
          onPair: (progress) => terminal.live(gateLine(progress)),
        });
        const record = gateRecord(outcome, {
          id,
          startedAt,
          cartloadVersion: packageVersion,
          command: context.commandLine,
          baseline,
          candidate,
        });
        printExperiment(context, record, directory);
        await writeExperimentRecord(directory, record);
        await writeExperimentReports(directory, record);
        return EXIT_CODES[record.verdict.status];
      } finally {
        await servers.close();
      }
    } finally {
      await cluster.release();
    }
  },
};

function baselineRef(values: ArgumentValues): string {
  const ref = textOption(values, 'baseline-ref');
  if (ref !== undefined) return ref;
  throw new CartloadError('BAD_OPTION', 'There is nothing to compare the working tree with.', {
    hint: 'Name a commit: npm run gate -- --baseline-ref main.',
  });
}

/**
 * An arm with the scenario as its own commit has it: the same path below its root, where the scenario is
 * one of the checkout's.
 */
async function openArm(
  { userDirectory }: CommandContext,
  values: ArgumentValues,
  { name, label, root }: { readonly name: string; readonly label: string; readonly root: string },
): Promise<Arm> {
  const given = String(values['scenario']);
  const inCheckout = relative(packageRoot, resolve(userDirectory, given));
  const isOutside = inCheckout.startsWith('..');
  const scenario = isOutside ? readScenario(given, userDirectory) : readScenario(inCheckout, root);
  const code = await loadCodeBase(root);
  checkMix(scenario, code, label);
  return { name, label, code, scenario };
}

function checkMix(scenario: Scenario, { workload }: CodeBase, label: string): void {
  const known = workload.createTransactions(
    { ...scenario.checkout, logic: scenario.logic },
    scenario.transactions,
  );
  const unknown = Object.keys(scenario.mix).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new CartloadError(
    'BAD_BASELINE',
    `The scenario's mix names what ${label} does not know: ${unknown.join(', ')}.`,
    { hint: 'Compare by a scenario that both commits can run.' },
  );
}
