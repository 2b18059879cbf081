/** Maps values to pixels and knows where its ticks are. */
export interface Scale {
  readonly ticks: readonly number[];
  position(value: number): number;
}

/**
 * A linear axis from zero to a round number at or above `max`, with about `tickCount` ticks that are
 * at least `minStep` apart (1 for counts).
 */
export function linearScale(
  max: number,
  range: readonly [number, number],
  tickCount: number,
  minStep = 0,
): Scale {
  const step = Math.max(minStep, roundStep((max <= 0 ? 1 : max) / tickCount));
  const end = step * Math.max(1, Math.ceil(max / step - 1e-9));
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { ticks, position: (value) => interpolate(range, value / end) };
}

/**
 * A logarithmic axis over the positive values from `min` to `max`, widened to the next tick each
 * way: powers of ten, with 2 and 5 between them where there are few.
 */
export function logScale(min: number, max: number, range: readonly [number, number]): Scale {
  const low = Math.max(min, Number.MIN_VALUE);
  const decades = Math.log10(Math.max(max, low) / low);
  const factors = decades > 4 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5];
  const start = tickAtOrBelow(low, factors);
  const end = Math.max(tickAtOrAbove(Math.max(max, low), factors), start * 2);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(start)); power <= Math.ceil(Math.log10(end)); power += 1) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= start * 0.999 && tick <= end * 1.001) ticks.push(tick);
    }
  }
  const width = Math.log(end / start);
  return {
    ticks,
    position: (value) => interpolate(range, Math.log(Math.max(value, start) / start) / width),
  };
}

function interpolate([from, to]: readonly [number, number], share: number): number {
  return from + (to - from) * share;
}

/** 1, 2 or 5 times a power of ten, at or above a value. */
function roundStep(value: number): number {
  return tickAtOrAbove(value, [1, 2, 5]);
}

function tickAtOrAbove(value: number, factors: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const factor = factors.find((each) => each * power >= value * (1 - 1e-9));
  return (factor ?? 10) * power;
}

function tickAtOrBelow(value: number, factors: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const below = factors.filter((each) => each * power <= value * (1 + 1e-9)).at(-1);
  return (below ?? 1) * power;
}
