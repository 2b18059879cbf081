import { CartloadError } from '../errors.ts';
import type { Load, Scenario } from './scenario.ts';

/** What the command line may change of a scenario; what is absent stays as the file has it. */
export interface ScenarioOverrides {
  readonly durationMs?: number;
  readonly warmupMs?: number;
  readonly ratePerSecond?: number;
  readonly vus?: number;
  readonly orders?: number;
  readonly seed?: number;
}

/**
 * The scenario with the overrides applied.
 *
 * @throws CartloadError `BAD_OPTION` when a value is out of range or does not fit the executor.
 */
export function overrideScenario(scenario: Scenario, overrides: ScenarioOverrides): Scenario {
  const { orders = scenario.dataset.orders, seed = scenario.dataset.seed } = overrides;
  if (!Number.isInteger(orders) || orders < 1000 || orders > 1_000_000_000 || orders % 1000 !== 0) {
    throw new CartloadError(
      'BAD_OPTION',
      `--scale must be a multiple of 1000 orders, got ${orders}.`,
      {
        hint: 'Write for example --scale 20k, 1m or 2.5m.',
      },
    );
  }
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new CartloadError(
      'BAD_OPTION',
      `--seed must be a whole number from 0 to 4294967295, got ${seed}.`,
    );
  }
  return {
    ...scenario,
    dataset: { ...scenario.dataset, orders, seed },
    load: overrideLoad(scenario, overrides),
  };
}

function overrideLoad(scenario: Scenario, overrides: ScenarioOverrides): Load {
  const { load } = scenario;
  const common = {
    durationMs: positive('--duration', overrides.durationMs ?? load.durationMs),
    warmupMs: overrides.warmupMs ?? load.warmupMs,
  };
  if (load.executor === 'constant-vus') {
    if (overrides.ratePerSecond !== undefined) {
      throw doesNotFit('--rate', `${overrides.ratePerSecond}/s`, scenario, '--vus');
    }
    const vus = overrides.vus ?? load.vus;
    if (!Number.isInteger(vus) || vus < 1 || vus > 10_000) {
      throw new CartloadError(
        'BAD_OPTION',
        `--vus must be a whole number from 1 to 10000, got ${vus}.`,
      );
    }
    return { ...load, ...common, vus };
  }
  if (load.executor !== 'constant-arrival-rate') return { ...load, ...common };
  if (overrides.vus !== undefined)
    throw doesNotFit('--vus', String(overrides.vus), scenario, '--rate');
  const ratePerSecond = positive('--rate', overrides.ratePerSecond ?? load.ratePerSecond);
  return { ...load, ...common, ratePerSecond };
}

function positive(option: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new CartloadError('BAD_OPTION', `${option} must be more than 0, got ${value}.`);
}

function doesNotFit(
  option: string,
  value: string,
  scenario: Scenario,
  instead: string,
): CartloadError {
  return new CartloadError(
    'BAD_OPTION',
    `${option} ${value} does not fit the scenario ${scenario.name}: its executor is ${scenario.load.executor}.`,
    { hint: `Use ${instead}, or change load.executor in the scenario file.` },
  );
}
