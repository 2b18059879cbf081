import { overrideScenario } from '../../scenario/override.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { durationOption, integerOption, rateOption, scaleOption } from '../option-values.ts';
import { readScenarioFile } from '../scenario-files.ts';

/** The scenario and its variants, each with what the command line changes. */
export function chooseScenario(
  context: CommandContext,
  values: ArgumentValues,
): { readonly scenario: Scenario; readonly variants: ReadonlyMap<string, Scenario> } {
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
  const file = readScenarioFile(String(values['scenario']), context.userDirectory);
  return {
    scenario: overrideScenario(file.scenario, given),
    variants: new Map(
      [...file.variants].map(([name, variant]) => [name, overrideScenario(variant, given)]),
    ),
  };
}
