import { CartloadError, InterruptedError } from '../../errors.ts';
import { compareRuns } from '../../experiments/comparison/compare-runs.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { packageVersion } from '../../package-info.ts';
import { targetPhrase } from '../../reports/headline.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { EXPERIMENT_FILES, finishExperiment } from '../finish-experiment.ts';
import { integerOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { benchAndKeep, withBenchTarget } from './bench-target.ts';
import { chooseScenario } from './choose-scenario.ts';

/** The fewest that can tell a change from none: five pairs bound at 0.05. */
const DEFAULT_REPEATS = 5;
/** The scenario as it stands, which the variants are compared with. */
const BASE = 'base';

/**
 * Runs the scenario and each of its variants in turn, again and again, in this order and then in the
 * other: what drifts meanwhile favours none. Each run is a whole one with a record of its own, at the
 * scenario's own rate; then they are compared, round by round.
 */
export async function benchVariants(
  context: CommandContext,
  values: ArgumentValues,
): Promise<number> {
  const { terminal, signal } = context;
  const { scenario, variants } = chooseScenario(context, values);
  if (variants.size === 0) {
    throw new CartloadError('BAD_OPTION', `The scenario ${scenario.name} has no variants.`, {
      hint: 'Name some under variants: docs/scenario-reference.md.',
    });
  }
  if (scenario.capacity !== null) {
    throw new CartloadError('BAD_OPTION', 'Variants of a search for capacity are classes.', {
      hint: 'Compare them by a campaign: docs/capacity.md.',
    });
  }
  const repeats = integerOption(values, 'repeats', 1) ?? DEFAULT_REPEATS;
  const arms = [[BASE, scenario] as const, ...variants].map(([name, each]) => ({
    name,
    scenario: each,
    runs: [] as RunRecord[],
  }));
  const id = runId(`${scenario.name}-variants`);
  const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
  const startedAt = new Date().toISOString();
  return withBenchTarget(context, values, [scenario, ...variants.values()], async (target) => {
    for (let round = 0; round < repeats; round++) {
      for (const { name, scenario: each, runs } of round % 2 === 0 ? arms : arms.toReversed()) {
        if (signal.aborted) throw new InterruptedError('the runs that were made are kept');
        terminal.say(`· ${name}, run ${round + 1} of ${repeats}`);
        runs.push(await benchAndKeep(context, target, each, name));
      }
    }
    const record = compareRuns({
      id,
      startedAt,
      cartloadVersion: packageVersion,
      command: context.commandLine,
      kind: 'variants',
      arms,
      describeTarget: targetPhrase,
      isPaired: true,
    });
    return finishExperiment(context, record, directory);
  });
}
