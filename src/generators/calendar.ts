import { cell, columnKey } from '../random/cell.ts';
import { AS_OF, HISTORY_START } from '../schema/calendar.ts';
import { DAY_WEIGHTS, HOUR_WEIGHTS } from './data/distributions.ts';

/** In microseconds since the Unix epoch: no order is older. */
export const HISTORY_START_US = HISTORY_START.getTime() * 1000;
/** In microseconds since the Unix epoch: all that has happened in the data is older. */
export const AS_OF_US = AS_OF.getTime() * 1000;

export const SECOND_US = 1_000_000;
export const MINUTE_US = 60 * SECOND_US;
export const HOUR_US = 60 * MINUTE_US;
export const DAY_US = 24 * HOUR_US;

const DAYS_BEFORE = cumulated(DAY_WEIGHTS);
const HOURS_BEFORE = cumulated(HOUR_WEIGHTS);
const TOTAL_WEIGHT = DAYS_BEFORE[DAY_WEIGHTS.length] ?? 0;
const DAY_TOTAL = HOURS_BEFORE[24] ?? 0;
/** Weight per entry of the guide: about half a day, so that a search takes a step or two. */
const GUIDE_STEP = 512;
const GUIDE = guideOf(DAYS_BEFORE, GUIDE_STEP);

/**
 * The time at which the share `position` (from 0 up to, not including, 1) of all orders of the two
 * years has been placed. It only uses + - * / and floor, each of which is exactly defined and
 * monotone in IEEE arithmetic: a later position is never an earlier time, on any engine.
 */
export function timeAt(position: number): number {
  const weight = position * TOTAL_WEIGHT;
  let day = GUIDE[Math.floor(weight / GUIDE_STEP)] ?? 0;
  while (day < DAY_WEIGHTS.length - 1 && weight >= (DAYS_BEFORE[day + 1] ?? 0)) {
    day++;
  }
  const withinDay = (weight - (DAYS_BEFORE[day] ?? 0)) / (DAY_WEIGHTS[day] ?? 1);
  const hourWeight = withinDay * DAY_TOTAL;
  let hour = 0;
  while (hour < 23 && hourWeight >= (HOURS_BEFORE[hour + 1] ?? 0)) {
    hour++;
  }
  const withinHour = (hourWeight - (HOURS_BEFORE[hour] ?? 0)) / (HOUR_WEIGHTS[hour] ?? 1);
  const us = HISTORY_START_US + day * DAY_US + hour * HOUR_US + Math.floor(withinHour * HOUR_US);
  return Math.min(us, AS_OF_US - 1);
}

/** `placedAt(order)`: monotone in the order number, from 0. */
export function createOrderTimes(seed: number, orders: number): (order: number) => number {
  const key = columnKey(seed, 'orders', 'placed_at');
  return (order) => timeAt((order + cell(key, order) / 0x100000000) / orders);
}

function cumulated(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  for (const [i, weight] of weights.entries()) {
    sums[i + 1] = (sums[i] ?? 0) + weight;
  }
  return sums;
}

/** For each multiple of `step`, the last day that begins at or before it. */
function guideOf(before: Float64Array, step: number): Uint16Array {
  const total = before[before.length - 1] ?? 0;
  const guide = new Uint16Array(Math.floor(total / step) + 1);
  let day = 0;
  for (let i = 0; i < guide.length; i++) {
    while (day < before.length - 2 && (before[day + 1] ?? 0) <= i * step) {
      day++;
    }
    guide[i] = day;
  }
  return guide;
}
