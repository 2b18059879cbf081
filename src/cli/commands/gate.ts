import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { buildCommit } from '../../experiments/arms/build-commit.ts';
import { gateRecord } from '../../experiments/gate/gate-record.ts';
import { PairJournal } from '../../experiments/gate/pair-journal.ts';
import { runGate } from '../../experiments/gate/run-gate.ts';
import { packageRoot, packageVersion } from '../../package-info.ts';
import { formatNoun } from '../../reports/format.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { EXPERIMENT_FILES, finishExperiment, verdictExitCode } from '../finish-experiment.ts';
import { readMargins } from '../gate/margins.ts';
import { duetSetting, subjectOf } from '../gate/open-gate.ts';
import { gateLine } from '../gate/progress.ts';
import { selfTestGate } from '../gate/self-test.ts';
import { openArm, WORKING_TREE } from '../open-arm.ts';
import { textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';

/** Asks whether the working tree is slower than another commit. */
export const gate: Command = {
  name: 'gate',
  usage: 'gate [scenario]',
  describe: 'Is the working tree slower than another commit?',
  optionNames: ['baseline-ref', 'budget', 'block', 'out', 'self-test'],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', default: 'scenarios/checkout' })
      .option('baseline-ref', {
        type: 'string',
        describe: 'The commit to compare with: main, a tag, a hash',
      })
      .option('budget', { type: 'string', describe: 'Longest time that it may take: 10m' })
      .option('block', {
        type: 'string',
        describe: 'Length of a block: 3s, more where actions take long',
      })
      .option('out', { type: 'string', describe: 'Folder of the result (default runs/TIME-gate)' })
      .option('self-test', {
        type: 'boolean',
        describe: 'Compare the working tree with itself: how often is a gate wrong here?',
      }),
  run: (context, values) =>
    values['self-test'] === true ? selfTestGate(context, values) : compareCommits(context, values),
};

async function compareCommits(context: CommandContext, values: ArgumentValues): Promise<number> {
  const { terminal, signal, stateDirectory } = context;
  const ref = baselineRef(values);
  const setting = duetSetting(context, values);
  const id = runId('gate');
  const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
  const { margins, transfer } = readMargins(context);
  const startedAt = new Date().toISOString();
  const commit = await buildCommit({
    repository: packageRoot,
    ref,
    buildsDirectory: join(stateDirectory, 'builds'),
    onStep: (step) => terminal.say(`· ${step}`),
    signal,
  });
  const candidate = await openArm(context, values, WORKING_TREE);
  const baseline = await openArm(
    context,
    values,
    { name: 'baseline', label: `${ref} (${commit.hash.slice(0, 12)})`, root: commit.root },
    candidate.scenario,
  );
  return withExperimentServers(context, async (servers) => {
    const subject = subjectOf([baseline, candidate], { margins, timing: setting.timing });
    const journal = new PairJournal(join(stateDirectory, 'gate.jsonl'), subject);
    const kept = journal.kept.length;
    if (kept > 0) {
      terminal.say(
        `· going on with ${formatNoun(kept, 'clone pair')} of a gate that was not finished`,
      );
    }
    const onPair = (progress: Parameters<typeof gateLine>[0]) => terminal.live(gateLine(progress));
    const options = {
      ...setting,
      servers,
      baseline,
      candidate,
      margins,
      transfer,
      journal,
      onPair,
    };
    const outcome = await runGate(options).catch((error: unknown) => {
      if (journal.count > 0) terminal.say(keptPhrase(journal.count));
      throw error;
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
    return verdictExitCode(record);
  });
}

function keptPhrase(count: number): string {
  return `${formatNoun(count, 'clone pair')} kept: within a day, the same command goes on from there.`;
}

function baselineRef(values: ArgumentValues): string {
  const ref = textOption(values, 'baseline-ref');
  if (ref !== undefined) return ref;
  throw new CartloadError('BAD_OPTION', 'There is nothing to compare the working tree with.', {
    hint: 'Name a commit: npm run gate -- --baseline-ref main.',
  });
}
