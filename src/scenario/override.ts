import { CartloadError } from '../errors.ts';
import type { Load, Scenario } from './scenario.ts';

/** What the command line may change of a scenario; what is absent stays as the file has it. */
export interface ScenarioOverrides {
  readonly durationMs?: number;
  readonly warmupMs?: number;
  readonly ratePerSecond?: number;
  readonly vus?: number;
  readonly iterations?: number;
  readonly workers?: number;
  /** Connections to the primary. */
  readonly connections?: number;
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
  for (const { option, key, executors, instead } of EXECUTOR_OPTIONS) {
    const value = overrides[key];
    if (value === undefined || executors.includes(load.executor)) continue;
    throw new CartloadError(
      'BAD_OPTION',
      `${option} ${given(option, value)} does not fit the scenario ${scenario.name}: its executor is ${load.executor}.`,
      { hint: instead },
    );
  }
  const workers = whole('--workers', overrides.workers ?? load.workers, 64);
  const primary = whole('--connections', overrides.connections ?? load.connections.primary, 10_000);
  const connections = { ...load.connections, primary };
  for (const [node, count] of Object.entries(connections)) {
    if (count >= workers) continue;
    throw new CartloadError(
      'BAD_OPTION',
      `${workers} workers need at least ${workers} connections to the ${node}, got ${count}.`,
      { hint: 'Each worker has connections of its own: raise them, or use fewer workers.' },
    );
  }
  const common = {
    durationMs: positive('--duration', overrides.durationMs ?? load.durationMs),
    warmupMs: overrides.warmupMs ?? load.warmupMs,
    connections,
    workers,
  };
  switch (load.executor) {
    case 'constant-arrival-rate': {
      const ratePerSecond = positive('--rate', overrides.ratePerSecond ?? load.ratePerSecond);
      return { ...load, ...common, ratePerSecond };
    }
    case 'constant-vus':
      return { ...load, ...common, vus: users(overrides.vus ?? load.vus, workers) };
    case 'shared-iterations': {
      const iterations = whole(
        '--iterations',
        overrides.iterations ?? load.iterations,
        1_000_000_000,
      );
      return { ...load, ...common, vus: users(overrides.vus ?? load.vus, workers), iterations };
    }
    case 'ramping-arrival-rate':
    case 'ramping-vus':
      return { ...load, ...common };
  }
}

const IN_THE_FILE = 'Change load.executor or its keys in the scenario file.';

/** Options that only some executors take. */
const EXECUTOR_OPTIONS: readonly {
  readonly option: string;
  readonly key: 'ratePerSecond' | 'vus' | 'iterations' | 'durationMs';
  readonly executors: readonly string[];
  readonly instead: string;
}[] = [
  {
    option: '--rate',
    key: 'ratePerSecond',
    executors: ['constant-arrival-rate'],
    instead: `Use --vus where the executor has a number of users. ${IN_THE_FILE}`,
  },
  {
    option: '--vus',
    key: 'vus',
    executors: ['constant-vus', 'shared-iterations'],
    instead: `Use --rate where the executor has a constant rate. ${IN_THE_FILE}`,
  },
  {
    option: '--iterations',
    key: 'iterations',
    executors: ['shared-iterations'],
    instead: `Use --duration. ${IN_THE_FILE}`,
  },
  {
    option: '--duration',
    key: 'durationMs',
    executors: ['constant-arrival-rate', 'constant-vus', 'shared-iterations'],
    instead: 'The stages of a ramp last as long as the scenario file says: change them there.',
  },
];

function given(option: string, value: number): string {
  if (option === '--rate') return `${value}/s`;
  return option === '--duration' ? `${value / 1000}s` : String(value);
}

function users(vus: number, workers: number): number {
  if (whole('--vus', vus, 10_000) >= workers) return vus;
  throw new CartloadError(
    'BAD_OPTION',
    `${workers} workers need at least as many users, got ${vus}.`,
    {
      hint: 'Raise --vus, or use fewer workers.',
    },
  );
}

function whole(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new CartloadError(
    'BAD_OPTION',
    `${option} must be a whole number from 1 to ${most}, got ${value}.`,
  );
}

function positive(option: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new CartloadError('BAD_OPTION', `${option} must be more than 0, got ${value}.`);
}
