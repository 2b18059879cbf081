import { given, parseTargetRate } from './units.ts';

/** What a stage of a ramp ends at: arrivals per second, or virtual users. */
export interface StageTarget {
  readonly kind: 'rate' | 'users';
  readonly value: number;
}

const MOST_USERS = 10_000;

/** Reads `200/s` as a rate and `16` as a number of users, 0 included. */
export function parseStageTarget(
  input: unknown,
):
  | { readonly ok: true; readonly target: StageTarget }
  | { readonly ok: false; readonly message: string } {
  if (typeof input === 'number') {
    if (Number.isInteger(input) && input >= 0 && input <= MOST_USERS) {
      return { ok: true, target: { kind: 'users', value: input } };
    }
    const message = `is no number of users (got ${given(input)}) - write a whole number from 0 to ${MOST_USERS}`;
    return { ok: false, message };
  }
  const rate = parseTargetRate(input);
  if (rate.ok) return { ok: true, target: { kind: 'rate', value: rate.value } };
  const right = 'write a rate such as 200/s, or a whole number of users such as 16';
  return { ok: false, message: `is no target (got ${given(input)}) - ${right}` };
}
