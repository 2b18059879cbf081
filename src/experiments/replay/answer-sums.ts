import type { Statement } from '../../schema/statement.ts';
import type { Observer } from './observe-session.ts';

/**
 * A sum over all rows that each statement has answered, whatever their order: two replays that answered the
 * same have the same sums. Moments of the replay itself are left out, and so are fractions of the last place.
 */
export class AnswerSums implements Observer {
  readonly #sums = new Map<string, { rows: number; sum: number }>();
  readonly #since = Date.now() - DAY_MS;

  /** `37 rows, 1f2e3d4c`; empty where the statement answered nothing. */
  of(statement: string): string {
    const found = this.#sums.get(statement);
    return found === undefined ? '' : `${found.rows} rows, ${(found.sum >>> 0).toString(16)}`;
  }

  answered({ name }: Statement<never, unknown>, rows: readonly unknown[]): void {
    const known = this.#sums.get(name) ?? { rows: 0, sum: 0 };
    for (const row of rows) {
      known.rows++;
      known.sum = (known.sum + hash(JSON.stringify(row, (_, value) => this.#lasting(value)))) | 0;
    }
    this.#sums.set(name, known);
  }

  #lasting(value: unknown): unknown {
    if (typeof value === 'number') return Number(value.toPrecision(9));
    if (typeof value !== 'string' || !MOMENT.test(value)) return value;
    return Date.parse(value) >= this.#since ? 'now' : value;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}
