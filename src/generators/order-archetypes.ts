import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import type { Profile } from '../schema/profiles.ts';
import { ORDER_STATUSES, type OrderStatus } from '../schema/tables.ts';
import { ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { profileShape } from './profiles.ts';

/** The code of a status: its place in `ORDER_STATUSES`. */
export const STATUS = Object.freeze(
  Object.fromEntries(ORDER_STATUSES.map((status, code) => [status, code])),
) as Readonly<Record<OrderStatus, number>>;

/**
 * The joint table of what orders are like: 1000 settled archetypes, then 1000 open ones by age. Every
 * block holds each once, so the sizes of all tables, and the place of every child row, are closed
 * forms. It is the same for all seeds of a profile; what is drawn by seed is everything else about an order.
 */
export interface OrderArchetypes {
  /** Status code. */
  readonly status: Uint8Array;
  readonly lines: Uint8Array;
  /** 1 where the history passes through `processing` on its way to `shipped`. */
  readonly viaProcessing: Uint8Array;
  /** 1 where a first payment was declined. */
  readonly declined: Uint8Array;
  readonly hasCoupon: Uint8Array;
  /** 1 where a delivered order got part of its money back. */
  readonly partlyRefunded: Uint8Array;
  /** How many lines, from the first, are reviewed. */
  readonly reviews: Uint8Array;
}

const CANCELLED = 40;
const REFUNDED = 40;
const PARTLY_REFUNDED = 10;
const DECLINED = 20;
const WITH_COUPON = 150;
const REVIEWS = 120;
/** Of the orders that have been shipped; the others are packed so soon that no one notes it. */
const VIA_PROCESSING_SHARE = 0.25;

/** Ages of the open zone, oldest first: below which rank of 1000 an order has come how far. */
const OPEN_STAGES: readonly (readonly [rank: number, status: OrderStatus])[] = [
  [450, 'delivered'],
  [700, 'shipped'],
  [850, 'processing'],
  [950, 'paid'],
  [1000, 'pending'],
];
/** Of the open zone only the oldest orders can have come back already. */
const OPEN_REFUNDED_BELOW = 250;

export function createOrderArchetypes(profile: Profile): OrderArchetypes {
  const { linesPerOrder } = profileShape(profile);
  const all = () => new Uint8Array(2 * ORDERS_PER_BLOCK);
  const table = {
    status: all(),
    lines: all(),
    viaProcessing: all(),
    declined: all(),
    hasCoupon: all(),
    partlyRefunded: all(),
    reviews: all(),
  };
  table.status.set(settledStatuses(), 0);
  table.status.set(openStatuses(), ORDERS_PER_BLOCK);
  for (const first of [0, ORDERS_PER_BLOCK]) {
    fillZone(table, first, linesPerOrder);
  }
  return table;
}

function fillZone(
  table: { [K in keyof OrderArchetypes]: Uint8Array },
  first: number,
  linesPerOrder: readonly number[],
): void {
  const zone = first === 0 ? 'settled' : 'open';
  const among = (name: string, statuses: readonly OrderStatus[]) => {
    const found = indexes(first).filter((i) => statuses.some((s) => table.status[i] === STATUS[s]));
    shuffle(found, hashName(`${zone} ${name}`));
    return found;
  };
  const lines = expand(linesPerOrder);
  shuffle(lines, hashName(`${zone} lines`));
  table.lines.set(lines, first);

  const captured: OrderStatus[] = ['paid', 'processing', 'shipped', 'delivered', 'refunded'];
  mark(table.declined, among('declined', captured).slice(0, DECLINED));
  mark(table.hasCoupon, among('coupon', ORDER_STATUSES).slice(0, WITH_COUPON));
  const delivered = among('partial refund', ['delivered']);
  mark(
    table.partlyRefunded,
    delivered.slice(0, Math.round((delivered.length * PARTLY_REFUNDED) / 920)),
  );
  const shipped = among('processing', ['shipped', 'delivered', 'refunded']);
  mark(table.viaProcessing, shipped.slice(0, Math.round(shipped.length * VIA_PROCESSING_SHARE)));
  mark(table.viaProcessing, among('processing now', ['processing']));

  // A reviewer reviews some of what he bought, from the first line on.
  let left = Math.round((delivered.length * REVIEWS) / 920);
  for (const i of among('reviews', ['delivered'])) {
    const count = Math.min(left, Math.ceil((table.lines[i] ?? 0) / 2));
    table.reviews[i] = count;
    left -= count;
  }
}

function settledStatuses(): Uint8Array {
  const statuses = new Uint8Array(ORDERS_PER_BLOCK).fill(STATUS.delivered);
  statuses.fill(STATUS.cancelled, 0, CANCELLED);
  statuses.fill(STATUS.refunded, CANCELLED, CANCELLED + REFUNDED);
  shuffle(statuses, hashName('settled statuses'));
  return statuses;
}

function openStatuses(): Uint8Array {
  const statuses = new Uint8Array(ORDERS_PER_BLOCK);
  let rank = 0;
  for (const [end, status] of OPEN_STAGES) {
    statuses.fill(STATUS[status], rank, end);
    rank = end;
  }
  const ranks = indexes(0).slice(0, 950);
  shuffle(ranks, hashName('open cancelled'));
  mark(statuses, ranks.slice(0, CANCELLED), STATUS.cancelled);
  const old = indexes(0)
    .slice(0, OPEN_REFUNDED_BELOW)
    .filter((i) => statuses[i] === STATUS.delivered);
  shuffle(old, hashName('open refunded'));
  mark(
    statuses,
    old.slice(0, (REFUNDED * OPEN_REFUNDED_BELOW) / ORDERS_PER_BLOCK),
    STATUS.refunded,
  );
  return statuses;
}

function indexes(first: number): number[] {
  return Array.from({ length: ORDERS_PER_BLOCK }, (_, i) => first + i);
}

function mark(flags: Uint8Array, at: readonly number[], value = 1): void {
  for (const i of at) {
    flags[i] = value;
  }
}

/** Counts of sizes 1, 2, ... as a list of sizes. */
export function expand(counts: readonly number[]): Uint8Array {
  return Uint8Array.from(counts.flatMap((count, i) => Array<number>(count).fill(i + 1)));
}
