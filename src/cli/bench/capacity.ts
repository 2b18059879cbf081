import { availableParallelism } from 'node:os';
import { CartloadError } from '../../errors.ts';
import { choiceRecord } from '../../experiments/capacity/choice-record.ts';
import { classRecordOf } from '../../experiments/capacity/class-record.ts';
import { runCapacity } from '../../experiments/capacity/run-capacity.ts';
import type { CapacityPoint } from '../../measurements/class-record.ts';
import { headlineTransaction } from '../../measurements/run-totals.ts';
import { packageVersion } from '../../package-info.ts';
import { formatNoun, formatSignificant } from '../../reports/format.ts';
import { targetPhrase } from '../../reports/headline.ts';
import type { CapacitySettings, Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { EXPERIMENT_FILES, finishExperiment, verdictExitCode } from '../finish-experiment.ts';
import { textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { openPriceBook } from '../price-book.ts';
import { benchAndKeep, withBenchTarget } from './bench-target.ts';

export type CapacityScenario = Scenario & { readonly capacity: CapacitySettings };

/** Searches the highest rate at which the thresholds of a scenario hold on one target. */
export async function benchCapacity(
  context: CommandContext,
  values: ArgumentValues,
  scenario: CapacityScenario,
): Promise<number> {
  const book = openPriceBook(context);
  const id = runId(scenario.name);
  const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
  const startedAt = new Date().toISOString();
  return withBenchTarget(context, values, [scenario], async (target) => {
    const outcome = await runCapacity({
      scenario,
      processors: scenario.server?.processors ?? availableParallelism(),
      run: (each) => benchAndKeep(context, target, each, rateLabel(each)),
      onPoint: (points) => context.terminal.say(pointLine(points)),
    });
    const headline = headlineTransaction(outcome.beyond.run)?.name ?? 'transactions';
    const only = classRecordOf({
      name: textOption(values, 'target') ?? (scenario.server === null ? 'embedded' : scenario.name),
      target: targetPhrase,
      outcomes: [outcome],
      balances: [],
      topology: target.topology,
      book,
      today: new Date(),
    });
    const record = choiceRecord({
      id,
      startedAt,
      cartloadVersion: packageVersion,
      command: context.commandLine,
      kind: 'capacity',
      scenario: scenario.name,
      headline,
      classes: [only],
      objectivePerSecond: null,
      book,
    });
    await finishExperiment(context, record, directory);
    return verdictExitCode(record);
  });
}

/** @throws CartloadError BAD_SCENARIO where it is a single run */
export function requireCapacity(scenario: Scenario): CapacityScenario {
  const { capacity } = scenario;
  if (capacity !== null) return { ...scenario, capacity };
  throw new CartloadError('BAD_SCENARIO', `The scenario ${scenario.name} searches no capacity.`, {
    hint: 'Give it the key capacity: docs/scenario-reference.md.',
  });
}

/** `340-per-s`, for the name of a run's folder. */
export function rateLabel({ load }: Scenario): string {
  const rate = load.executor === 'constant-arrival-rate' ? load.ratePerSecond : 0;
  return `${formatSignificant(rate).replaceAll(',', '')}-per-s`;
}

/** `7 runs: 412/s holds, checkout p99 48 ms`. */
export function pointLine(points: readonly CapacityPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const { ratePerSecond, holds, missed, phase } = last;
  const came = holds ? 'thresholds hold' : `missed ${missed.join(', ')}`;
  return `· ${formatNoun(points.length, 'run')}, ${phase}: ${formatSignificant(ratePerSecond)}/s ${came}`;
}
