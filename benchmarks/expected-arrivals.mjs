// How many arrivals a run of an open-loop scenario had to offer, from the schedule alone.
import { built } from './loader-bench.mjs';

/** The arrivals of the measurement window of this run record's scenario. */
export async function arrivalsOf({ scenario: { load, dataset } }) {
  const { arrivalSchedule } = await built('bench/arrivals/arrival-schedule');
  const { targetOf } = await built('bench/arrivals/load-target');
  const { cell, columnKey } = await built('random/cell');
  const key = columnKey(dataset.seed, 'workload', 'arrivals');
  let arrivals = 0;
  for (const { intendedMs } of arrivalSchedule({
    rate: targetOf(load),
    process: load.process,
    uniform: (arrival) => (cell(key, arrival) + 1) / 2 ** 32,
    slice: { worker: 0, workers: 1 },
  })) {
    if (intendedMs >= load.warmupMs) arrivals += 1;
  }
  return arrivals;
}
