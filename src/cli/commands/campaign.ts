import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { Campaign } from '../../experiments/campaign/campaign-file.ts';
import { CampaignJournal } from '../../experiments/campaign/campaign-journal.ts';
import { localProvider } from '../../experiments/campaign/local-provider.ts';
import type { Provider } from '../../experiments/campaign/provider.ts';
import {
  type CampaignOutcome,
  orderOf,
  requireNothingLeft,
  runCampaign,
} from '../../experiments/campaign/run-campaign.ts';
import { urlProvider } from '../../experiments/campaign/url-provider.ts';
import { choiceRecord } from '../../experiments/capacity/choice-record.ts';
import { createShop } from '../../generators/shop.ts';
import type { ClassRecord } from '../../measurements/class-record.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { packageVersion } from '../../package-info.ts';
import { formatSignificant } from '../../reports/format.ts';
import { headlineOf } from '../../scenario/headline.ts';
import { benchAndKeep } from '../bench/bench-target.ts';
import { type CapacityScenario, pointLine, rateLabel, requireCapacity } from '../bench/capacity.ts';
import { classRecord } from '../campaign/class-records.ts';
import { readCampaign } from '../campaign/find-campaign.ts';
import { agreeOnSpend, usdPerHourOf } from '../campaign/spend.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { EXPERIMENT_FILES, finishExperiment, verdictExitCode } from '../finish-experiment.ts';
import { loadWithProgress } from '../load-progress.ts';
import { textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { openPriceBook } from '../price-book.ts';
import { readScenario } from '../scenario-files.ts';

const EXIT_DECLINED = 2;

/** Measures what each of several classes takes, and says which to choose. */
export const campaign: Command = {
  name: 'campaign',
  usage: 'campaign <file>',
  describe: 'What does each class take, and which is the cheapest that is enough?',
  optionNames: ['yes', 'out'],
  options: (args) =>
    args
      .positional('file', { type: 'string', describe: 'campaigns/local-classes, or a YAML file' })
      .option('yes', { type: 'boolean', describe: 'Agree to what it will cost' })
      .option('out', { type: 'string', describe: 'Folder of the result (default runs/TIME-NAME)' }),
  async run(context, values) {
    const plan = readCampaign(String(values['file']), context.userDirectory);
    const scenario = requireCapacity(readScenario(plan.scenario, context.userDirectory));
    await initHistograms();
    const isLocal = Object.values(plan.classes).some(({ local }) => local !== undefined);
    return isLocal
      ? withExperimentServers(context, (servers) =>
          measure(context, values, plan, scenario, servers),
        )
      : measure(context, values, plan, scenario, null);
  },
};

async function measure(
  context: CommandContext,
  values: ArgumentValues,
  plan: Campaign,
  scenario: CapacityScenario,
  servers: ExperimentServers | null,
): Promise<number> {
  const { terminal, stateDirectory, runsDirectory, signal } = context;
  const book = openPriceBook(context);
  const subject = createHash('sha256')
    .update(JSON.stringify([packageVersion, plan, scenario]))
    .digest('hex');
  const file = join(stateDirectory, `campaign-${plan.name}.jsonl`);
  const journal = new CampaignJournal(file, subject);
  const id = runId(plan.name);
  const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
  const done = journal.results.map((each) => `${each.class} ${each.repeat}`);
  const left = orderOf(plan).filter(({ name, repeat }) => !done.includes(`${name} ${repeat}`));
  if (journal.isContinued && done.length > 0) {
    terminal.say(
      `· going on with a campaign that was not finished: ${done.length} searches are there`,
    );
  }
  const isAgreed = await agreeOnSpend(context, plan, scenario, {
    book,
    isAgreed: values['yes'] === true,
    left: left.map(({ name }) => name),
  });
  if (!isAgreed) return EXIT_DECLINED;
  const shop = createShop(scenario.dataset);
  const load = (target: ServerAddress) =>
    loadWithProgress(context, { target, shop, localCopies: 2, verify: false });
  const outcome = await runCampaign({
    campaign: plan,
    scenario,
    journal,
    signal,
    providerOf: (name) => providerFor(plan, name, { servers, load, signal }),
    usdPerHour: (name) => usdPerHourOf(plan, name, book),
    run: ({ scenario: each, kind, label, open }) =>
      benchAndKeep(
        context,
        { kind, shop, topology: null, openRun: (_, id) => open(id) },
        each,
        `${label}-${rateLabel(each)}`,
      ),
    onStep: (step) => terminal.say(`· ${step}`),
    onPoint: (points, spentUsd) => {
      const spent = spentUsd === 0 ? '' : `; about $${formatSignificant(spentUsd)} spent so far`;
      terminal.say(`${pointLine(points)}${spent}`);
    },
  });
  const classes: ClassRecord[] = [];
  for (const [name, definition] of Object.entries(plan.classes)) {
    classes.push(
      await classRecord({
        name,
        definition,
        results: journal.results.filter((each) => each.class === name),
        failures: outcome.failures.filter((each) => each.class === name),
        runsDirectory,
        book,
      }),
    );
  }
  return conclude(context, plan, scenario, { id, outcome, classes, journal, book, directory });
}

async function conclude(
  context: CommandContext,
  plan: Campaign,
  scenario: CapacityScenario,
  options: {
    readonly id: string;
    readonly outcome: CampaignOutcome;
    readonly classes: readonly ClassRecord[];
    readonly journal: CampaignJournal;
    readonly book: Parameters<typeof choiceRecord>[0]['book'];
    readonly directory: string;
  },
): Promise<number> {
  const { id, outcome, classes, journal, book, directory } = options;
  const record = choiceRecord({
    id,
    startedAt: journal.startedAt,
    cartloadVersion: packageVersion,
    command: context.commandLine,
    kind: 'campaign',
    scenario: plan.scenario,
    headline: headlineOf(scenario) ?? 'transactions',
    classes: classes as [ClassRecord, ...ClassRecord[]],
    objectivePerSecond: plan.objective,
    book,
  });
  const { stopped, spentUsd } = outcome;
  if (stopped !== '') record.verdict.reasons.unshift(stopped);
  if (spentUsd > 0) record.verdict.reasons.push(`It cost about $${formatSignificant(spentUsd)}.`);
  await finishExperiment(context, record, directory);
  requireNothingLeft(outcome);
  if (stopped === '' && outcome.failures.length === 0) journal.remove();
  else {
    context.terminal.say(
      'What is finished is kept: the same command goes on with what is not, once the cause is mended.',
    );
  }
  return verdictExitCode(record);
}

function providerFor(
  plan: Campaign,
  name: string,
  options: {
    readonly servers: ExperimentServers | null;
    readonly load: (target: ServerAddress) => Promise<unknown>;
    readonly signal: AbortSignal;
  },
): Provider {
  const { servers, load, signal } = options;
  const definition = plan.classes[name];
  if (definition?.url !== undefined) return urlProvider({ ...definition.url, load });
  if (definition?.local === undefined || servers === null)
    throw new Error(`no provider of ${name}`);
  return localProvider({ servers, name, definition: definition.local, load, signal });
}
