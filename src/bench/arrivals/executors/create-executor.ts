import { cell, columnKey } from '../../../random/cell.ts';
import type { Scenario, ThinkTime } from '../../../scenario/scenario.ts';
import type { Alarm } from '../alarm.ts';
import { arrivalSchedule, type Slice } from '../arrival-schedule.ts';
import type { Executor } from '../executor.ts';
import { targetOf } from '../load-target.ts';
import { arrivalRate } from './arrival-rate.ts';
import { sharedIterations } from './shared-iterations.ts';
import { virtualUsers } from './virtual-users.ts';

/** The executor that a scenario names, for one worker's slice of the arrivals. */
export function createExecutor(
  { load, dataset }: Pick<Scenario, 'load' | 'dataset'>,
  slice: Slice,
  alarm: Pick<Alarm, 'waitUntil'>,
): Executor {
  const { warmupMs } = load;
  const limitMs = warmupMs + load.durationMs;
  const uniform = (column: string) => {
    const key = columnKey(dataset.seed, 'workload', column);
    return (arrival: number) => (cell(key, arrival) + 1) / 2 ** 32;
  };
  switch (load.executor) {
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate': {
      const { process } = load;
      const rate = targetOf(load);
      return arrivalRate(
        arrivalSchedule({ rate, process, uniform: uniform('arrivals'), slice }),
        alarm,
      );
    }
    case 'constant-vus':
    case 'ramping-vus': {
      const thinkMs = thinkTimes(load.thinkTime, uniform('think'));
      return virtualUsers({ users: targetOf(load), slice, thinkMs });
    }
    case 'shared-iterations': {
      const { vus, iterations } = load;
      const thinkMs = thinkTimes(load.thinkTime, uniform('think'));
      return sharedIterations({ vus, iterations, warmupMs, limitMs, slice, thinkMs });
    }
  }
}

/** How long a user rests after an arrival: a pure function of its number. */
function thinkTimes(
  thinkTime: ThinkTime | null,
  uniform: (arrival: number) => number,
): (arrival: number) => number {
  if (thinkTime === null) return () => 0;
  const { meanMs, distribution } = thinkTime;
  if (distribution === 'constant') return () => meanMs;
  return (arrival) => -Math.log(uniform(arrival)) * meanMs;
}
