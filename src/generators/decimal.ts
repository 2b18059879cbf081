/** Writes the decimal digits of an integer at `at`; returns the position after them. */
export function putInteger(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let position = at;
  if (rest < 0) {
    bytes[position++] = 0x2d;
    rest = -rest;
  }
  return putDigits(bytes, position, rest, digitCount(rest));
}

/** Writes the low `width` decimal digits of a non-negative integer; returns the position after them. */
export function putDigits(bytes: Uint8Array, at: number, value: number, width: number): number {
  let rest = value;
  let position = at + width - 1;
  // Division of doubles is slow: nine digits at a time go into integer arithmetic.
  while (rest > 999_999_999 && position >= at) {
    const high = Math.floor(rest / 1_000_000_000);
    let low = (rest - high * 1_000_000_000) | 0;
    for (let i = 0; i < 9 && position >= at; i++) {
      const tenth = (low / 10) | 0;
      bytes[position--] = 0x30 + (low - tenth * 10);
      low = tenth;
    }
    rest = high;
  }
  let low = rest | 0;
  while (position >= at) {
    const tenth = (low / 10) | 0;
    bytes[position--] = 0x30 + (low - tenth * 10);
    low = tenth;
  }
  return at + width;
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    count++;
  }
  return count;
}
