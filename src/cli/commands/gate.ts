import { availableParallelism, hostname } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { EmbeddedCluster } from '../../database/embedded/embedded-cluster.ts';
import { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import { CartloadError } from '../../errors.ts';
import type { Arm } from '../../experiments/arms/arm.ts';
import { buildCommit } from '../../experiments/arms/build-commit.ts';
import { type CodeBase, loadCodeBase } from '../../experiments/arms/code-base.ts';
import { GATE_MARGINS, type GateMargins } from '../../experiments/gate/duet-figures.ts';
import { gateRecord } from '../../experiments/gate/gate-record.ts';
import {
  GATE_TIMING,
  type GateOptions,
  measurePairs,
  runGate,
} from '../../experiments/gate/run-gate.ts';
import { marginsFrom, simulateGates } from '../../experiments/gate/simulate-gates.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { packageRoot, packageVersion } from '../../package-info.ts';
import { replaceFile } from '../../replace-file.ts';
import { renderSelfTest } from '../../reports/experiment/self-test-text.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { EXPERIMENT_FILES, finishExperiment } from '../finish-experiment.ts';
import { readMargins } from '../gate-margins.ts';
import { gateLine } from '../gate-progress.ts';
import { loadCallbacks } from '../load-progress.ts';
import { durationOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { readScenario } from '../scenario-files.ts';
import { shownPath } from '../shown-path.ts';

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
  optionNames: ['baseline-ref', 'budget', 'out', 'self-test'],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', default: 'scenarios/checkout' })
      .option('baseline-ref', {
        type: 'string',
        describe: 'The commit to compare with: main, a tag, a hash',
      })
      .option('budget', { type: 'string', describe: 'Longest time that it may take: 10m' })
      .option('out', { type: 'string', describe: 'Folder of the result (default runs/TIME-gate)' })
      .option('self-test', {
        type: 'boolean',
        describe: 'Compare the working tree with itself: how often is a gate wrong here?',
      }),
  run: (context, values) =>
    values['self-test'] === true ? runSelfTest(context, values) : compareCommits(context, values),
};

async function compareCommits(context: CommandContext, values: ArgumentValues): Promise<number> {
  const { terminal, signal, stateDirectory } = context;
  const ref = baselineRef(values);
  const id = runId('gate');
  const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
  const margins = readMargins(marginsFile(context));
  const startedAt = new Date().toISOString();
  const commit = await buildCommit({
    repository: packageRoot,
    ref,
    buildsDirectory: join(stateDirectory, 'builds'),
    onStep: (step) => terminal.say(`· ${step}`),
    signal,
  });
  const candidate = await openArm(context, values, CANDIDATE);
  const baseline = await openArm(
    context,
    values,
    { name: 'baseline', label: `${ref} (${commit.hash.slice(0, 12)})`, root: commit.root },
    candidate.scenario,
  );
  return withServers(context, async (servers) => {
    const outcome = await runGate({
      ...gateOptions(context, values, servers, margins),
      baseline,
      candidate,
    });
    const record = gateRecord(outcome, {
      id,
      startedAt,
      cartloadVersion: packageVersion,
      command: context.commandLine,
      baseline,
      candidate,
    });
    await finishExperiment(context, record, directory);
    return EXIT_CODES[record.verdict.status];
  });
}

const CANDIDATE = { name: 'candidate', label: 'the working tree', root: packageRoot };
/** Clone pairs that a self-test measures, and gates that it draws from them. */
const SELF_TEST_PAIRS = 24;
const SIMULATED_GATES = 2000;

/** Measures equal arms, says how often a gate would be wrong, and writes the margins that this asks for. */
async function runSelfTest(context: CommandContext, values: ArgumentValues): Promise<number> {
  if (textOption(values, 'baseline-ref') !== undefined) {
    throw new CartloadError('BAD_OPTION', 'A self-test compares the working tree with itself.', {
      hint: 'Leave out --baseline-ref, or --self-test.',
    });
  }
  const candidate = await openArm(context, values, CANDIDATE);
  const baseline = { ...candidate, name: 'baseline' };
  return withServers(context, async (servers) => {
    const options = { ...gateOptions(context, values, servers, GATE_MARGINS), baseline, candidate };
    const { pairs, headline } = await measurePairs(options, SELF_TEST_PAIRS);
    if (pairs.length < FEWEST_PAIRS) {
      context.terminal.say(`The budget ended after ${pairs.length} clone pairs: too few to tell.`);
      return EXIT_CODES.undecided;
    }
    const { seed } = candidate.scenario.dataset;
    const margins = marginsFrom(pairs, headline, seed);
    const counts = await simulateGates({
      pairs,
      headline,
      margins,
      gates: SIMULATED_GATES,
      seed,
      areArmsEqual: true,
    });
    const written = {
      measuredAt: new Date().toISOString(),
      host: hostname(),
      clonePairs: pairs.length,
      falseAlarms: counts.regression / SIMULATED_GATES,
      undecided: (counts.undecided + counts.invalid) / SIMULATED_GATES,
      margins,
    };
    const file = marginsFile(context);
    await replaceFile(file, `${JSON.stringify(written, null, 2)}\n`);
    context.terminal.print(
      context.json
        ? JSON.stringify(written, null, 2)
        : renderSelfTest(written, SIMULATED_GATES, shownPath(file, context.userDirectory)),
    );
    return 0;
  });
}

/** With fewer clone pairs no first look could be drawn that is not mostly repeats. */
const FEWEST_PAIRS = 12;

function marginsFile({ configFile }: CommandContext): string {
  return join(dirname(configFile), 'cartload.margins.json');
}

async function withServers<T>(
  { terminal, signal, stateDirectory, commandLine }: CommandContext,
  use: (servers: ExperimentServers) => Promise<T>,
): Promise<T> {
  const onProgress = (step: string) => terminal.say(`· ${step}`);
  const cluster = await EmbeddedCluster.acquire({
    directory: stateDirectory,
    command: commandLine,
  });
  try {
    const servers = await ExperimentServers.open({ stateDirectory, onProgress, signal });
    try {
      await initHistograms();
      return await use(servers);
    } finally {
      await servers.close();
    }
  } finally {
    await cluster.release();
  }
}

function gateOptions(
  context: CommandContext,
  values: ArgumentValues,
  servers: ExperimentServers,
  margins: GateMargins,
): Omit<GateOptions, 'baseline' | 'candidate'> {
  return {
    ...loadCallbacks(context),
    servers,
    margins,
    timing: GATE_TIMING,
    budgetMs: durationOption(values, 'budget') ?? DEFAULT_BUDGET_MS,
    workers: Math.min(2, availableParallelism()),
    onPair: (progress) => context.terminal.live(gateLine(progress)),
  };
}

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
 *
 * @param asked what is asked of the shop, where that is not for the arm to say: both are asked the same
 */
async function openArm(
  { userDirectory }: CommandContext,
  values: ArgumentValues,
  { name, label, root }: { readonly name: string; readonly label: string; readonly root: string },
  asked?: Scenario,
): Promise<Arm> {
  const given = String(values['scenario']);
  const inCheckout = relative(packageRoot, resolve(userDirectory, given));
  const isOutside = inCheckout.startsWith('..');
  const own = isOutside ? readScenario(given, userDirectory) : readScenario(inCheckout, root);
  const { dataset, load, mix, access } = asked ?? own;
  const scenario = { ...own, dataset, load, mix, access };
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
