import { bounded } from '../random/bounded.ts';

const LEAST_CENTS = 29;

/**
 * The price that a shop would print for about `cents`: under 10 euros mostly ending in 9 cents, up to
 * 100 mostly in .99, above also in round tens less a cent. `word` chooses the ending, so that all
 * prices of a product end alike.
 */
export function pricePoint(cents: number, word: number): number {
  const draw = bounded(word, 100);
  if (cents < 1000) {
    return Math.max(LEAST_CENTS, smallPrice(cents, draw));
  }
  return cents < 10_000 ? middlePrice(cents, draw) : largePrice(cents, draw);
}

/** How far apart neighbouring prices are that end alike, about `cents`. */
export function priceStep(cents: number): number {
  if (cents < 1000) {
    return cents < 200 ? 10 : 50;
  }
  return cents < 10_000 ? 100 : 1000;
}

function smallPrice(cents: number, draw: number): number {
  if (draw < 64) {
    return ending(cents, 10, 9);
  }
  if (draw < 86) {
    return ending(cents, 100, 99);
  }
  return draw < 94 ? ending(cents, 50, 49) : ending(cents, 10, 5);
}

function middlePrice(cents: number, draw: number): number {
  if (draw < 76) {
    return ending(cents, 100, 99);
  }
  if (draw < 85) {
    return ending(cents, 100, 95);
  }
  return draw < 92 ? ending(cents, 50, 49) : ending(cents, 100, 0);
}

function largePrice(cents: number, draw: number): number {
  if (draw < 60) {
    return ending(cents, 1000, 999);
  }
  return draw < 85 ? ending(cents, 1000, 900) : ending(cents, 100, 99);
}

function ending(cents: number, step: number, last: number): number {
  return Math.floor(cents / step) * step + last;
}
