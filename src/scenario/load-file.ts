import { z } from 'zod';
import { positiveDurationMs, whole, withUnit } from './file-values.ts';
import { EXECUTORS } from './scenario.ts';
import { parseStageTarget, type StageTarget } from './stage-target.ts';
import { DURATION, parseDurationMs, parseRate, parseTargetRate, RATE } from './units.ts';

const connections = z.strictObject({
  primary: whole(
    1,
    10_000,
    'Connections to the primary; each runs one transaction at a time.',
  ).default(16),
  replica: whole(1, 10_000, 'Connections to each replica.').default(8),
});

const thinkTime = z.strictObject({
  mean: withUnit(
    positiveDurationMs,
    DURATION,
    'Mean rest between two transactions of a user.',
  ).meta({
    example: '500ms',
  }),
  distribution: z
    .enum(['exponential', 'constant'])
    .describe('exponential: most rests are short, some long. constant: all the same.')
    .default('exponential'),
});

const stage = z.strictObject({
  duration: withUnit(parseDurationMs, DURATION, 'Length of the stage; 0s is a step.').meta({
    example: '30s',
  }),
  target: z
    .unknown()
    .transform((input, context): StageTarget => {
      const parsed = parseStageTarget(input);
      if (parsed.ok) return parsed.target;
      context.addIssue({ code: 'custom', message: parsed.message, input });
      return z.NEVER;
    })
    .meta({
      type: ['string', 'integer'],
      pattern: RATE.pattern,
      description: 'What the stage ends at: a rate for an arrival rate, a number for users.',
      example: '200/s',
    }),
});

/**
 * One flat object for all executors: a union by executor would hide all other mistakes of the block
 * behind a mistyped executor. What fits which executor is checked in `executor-findings.ts`.
 */
export const load = z.strictObject({
  executor: z.enum(EXECUTORS).meta({
    description:
      'constant-arrival-rate, ramping-arrival-rate: open model. constant-vus, ramping-vus, shared-iterations: closed model.',
    example: 'constant-arrival-rate',
  }),
  rate: withUnit(parseRate, RATE, 'Arrivals per second or minute.')
    .meta({ example: '200/s' })
    .optional(),
  startRate: withUnit(
    parseTargetRate,
    RATE,
    'Rate during the warm-up, from which the first stage sets out.',
  )
    .meta({ example: '50/s' })
    .optional(),
  startVus: whole(
    0,
    10_000,
    'Virtual users during the warm-up, from which the first stage sets out.',
  )
    .meta({ example: 1 })
    .optional(),
  stages: z
    .array(stage)
    .min(1)
    .max(100)
    .meta({
      description:
        'One after another, each in a straight line from the value before to its target.',
      example: [
        { duration: '30s', target: '200/s' },
        { duration: '1m', target: '200/s' },
      ],
    })
    .optional(),
  process: z
    .enum(['poisson', 'uniform'])
    .meta({ description: 'How arrivals are spread over time.', example: 'uniform' })
    .default('poisson'),
  maxQueue: whole(
    0,
    1_000_000,
    'Arrivals that may wait for a connection to one node; beyond it they are dropped and counted.',
  )
    .meta({ example: 1000 })
    .default(1000),
  vus: whole(1, 10_000, 'Virtual users.').meta({ example: 16 }).optional(),
  iterations: whole(1, 1_000_000_000, 'Arrivals after the warm-up, shared by all users.')
    .meta({ example: 10000 })
    .optional(),
  thinkTime: thinkTime
    .nullable()
    .meta({ description: 'How long a user rests between two transactions; null: not at all.' })
    .prefault(null),
  duration: withUnit(
    positiveDurationMs,
    DURATION,
    'Length of the measurement, warm-up not included; the most it may take for shared-iterations.',
  )
    .meta({ example: '60s' })
    .optional(),
  warmup: withUnit(
    parseDurationMs,
    DURATION,
    'Load before the measurement; its samples do not count. 0s: none.',
  )
    .meta({ example: '10s' })
    .prefault('5s'),
  gracefulStop: withUnit(
    parseDurationMs,
    DURATION,
    'How long running transactions may take to end after the measurement.',
  )
    .meta({ example: '10s' })
    .prefault('10s'),
  connections: connections.describe('Connections to each node.').prefault({}),
  workers: whole(1, 64, 'Threads that apply the load; they share arrivals and connections.')
    .meta({ example: 2 })
    .default(1),
  lateAfter: withUnit(
    positiveDurationMs,
    DURATION,
    'An arrival that starts this much after its intended start is counted as late.',
  )
    .meta({ example: '100ms' })
    .prefault('100ms'),
});
