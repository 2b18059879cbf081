import { cell, columnKey } from '../random/cell.ts';
import { AS_OF_US, HOUR_US, MINUTE_US, SECOND_US } from './calendar.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { type OrderArchetypes, STATUS } from './order-archetypes.ts';
import { skewed } from './skewed.ts';

/** What has happened to an order, and when. */
export interface OrderHistory {
  /** Status codes of an archetype in the order in which they came, `pending` first. */
  pathOf(archetype: number): Uint8Array;
  /** When an order of `archetype` placed at `placedUs` came into the `step`-th status of its path. */
  timeOf(order: number, archetype: number, placedUs: number, step: number): number;
  /** When it came into the last status of its path. */
  lastTimeOf(order: number, archetype: number, placedUs: number): number;
}

/** By status code, how long the status before it lasts: least time, and range of the rest. */
const LEAST_US = new Float64Array(8);
const RANGE_US = new Float64Array(8);
for (const [status, leastUs, rangeUs] of [
  [STATUS.paid, 5 * SECOND_US, 10 * MINUTE_US],
  [STATUS.processing, 10 * MINUTE_US, 12 * HOUR_US],
  [STATUS.shipped, 2 * HOUR_US, 36 * HOUR_US],
  [STATUS.delivered, 18 * HOUR_US, 100 * HOUR_US],
  [STATUS.cancelled, 2 * MINUTE_US, 24 * HOUR_US],
  [STATUS.refunded, 12 * HOUR_US, 84 * HOUR_US],
] as const) {
  LEAST_US[status] = leastUs;
  RANGE_US[status] = rangeUs;
}
/** The longest that a path can take: about 11 days. */
const LONGEST_US =
  LEAST_US.reduce((sum, us) => sum + us, 0) + RANGE_US.reduce((sum, us) => sum + us, 0);

export function createOrderHistory(spec: DatasetSpec, archetypes: OrderArchetypes): OrderHistory {
  const key = columnKey(spec.seed, 'order_status_history', 'changed_at');
  const paths = Array.from(archetypes.status, (status, archetype) =>
    pathTo(status, archetypes.viaProcessing[archetype] === 1),
  );
  const none = new Uint8Array();
  const pathOf = (archetype: number): Uint8Array => paths[archetype] ?? none;

  // How far the order that was asked for last has been followed: mostly its next step comes next.
  let readOrder = -1;
  let readStep = 0;
  let duration = 0;
  /** Time from being placed to the `step`-th status of a path, if nothing hurries. */
  const durationOf = (order: number, path: Uint8Array, step: number): number => {
    if (order !== readOrder || step < readStep) {
      readOrder = order;
      readStep = 0;
      duration = 0;
    }
    while (readStep < step) {
      const status = path[++readStep] ?? 0;
      duration +=
        (LEAST_US[status] ?? 0) + skewed(cell(key, order, readStep), RANGE_US[status] ?? 0);
    }
    return duration;
  };
  const timeOf = (order: number, archetype: number, placedUs: number, step: number): number => {
    const path = pathOf(archetype);
    const wanted = durationOf(order, path, step);
    const available = AS_OF_US - SECOND_US - placedUs;
    if (available >= LONGEST_US) {
      return placedUs + wanted;
    }
    // A young order has been through everything faster, so that nothing lies after AS_OF.
    const whole = durationOf(order, path, path.length - 1);
    const passed = whole > available ? Math.floor((wanted / whole) * available) : wanted;
    return placedUs + Math.max(passed, step);
  };
  return {
    pathOf,
    timeOf,
    lastTimeOf: (order, archetype, placedUs) =>
      timeOf(order, archetype, placedUs, pathOf(archetype).length - 1),
  };
}

function pathTo(status: number, viaProcessing: boolean): Uint8Array {
  if (status === STATUS.cancelled) {
    return Uint8Array.of(STATUS.pending, STATUS.cancelled);
  }
  const { pending, paid, processing, shipped, delivered, refunded } = STATUS;
  const whole = [pending, paid, processing, shipped, delivered, refunded];
  const path = whole.slice(0, whole.indexOf(status) + 1);
  return Uint8Array.from(viaProcessing ? path : path.filter((code) => code !== processing));
}
