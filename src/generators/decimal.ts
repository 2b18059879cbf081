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
  let end = at + width;
  // Division of doubles is slow: eight digits at a time go into integer arithmetic.
  while (rest > 99_999_999 && end - at > 8) {
    const high = Math.floor(rest / 100_000_000);
    end -= 8;
    putLow(bytes, end, (rest - high * 100_000_000) | 0, 8);
    rest = high;
  }
  putLow(bytes, at, rest > 0x7fffffff ? rest % 100_000_000 : rest | 0, end - at);
  return at + width;
}

/** `value`: below 2^31; two digits a step. */
function putLow(bytes: Uint8Array, at: number, value: number, width: number): void {
  let rest = value;
  let position = at + width;
  while (position - at >= 2) {
    const hundredth = (rest / 100) | 0;
    const pair = rest - hundredth * 100;
    const ten = (pair * 205) >> 11;
    bytes[--position] = 0x30 + pair - ten * 10;
    bytes[--position] = 0x30 + ten;
    rest = hundredth;
  }
  if (position > at) {
    bytes[at] = 0x30 + (rest % 10);
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    count++;
  }
  return count;
}
