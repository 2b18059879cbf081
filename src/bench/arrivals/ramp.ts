/** A stretch of time in which a target goes from one value to another in a straight line. */
export interface RampSegment {
  readonly startMs: number;
  readonly endMs: number;
  readonly from: number;
  readonly to: number;
}

/** A target over time, from the start of the warm-up; segments without a gap between them. */
export type Ramp = readonly RampSegment[];

/** The same target all the time. */
export function constantRamp(value: number, durationMs: number): Ramp {
  return [{ startMs: 0, endMs: durationMs, from: value, to: value }];
}

/** `start` for the warm-up, then each stage in a straight line from the value before to its target. */
export function stagedRamp(
  start: number,
  warmupMs: number,
  stages: readonly { readonly durationMs: number; readonly target: number }[],
): Ramp {
  const ramp: RampSegment[] = [];
  let startMs = 0;
  let from = start;
  for (const { durationMs, target } of [{ durationMs: warmupMs, target: start }, ...stages]) {
    const endMs = startMs + durationMs;
    // A stage of no length is a step.
    if (durationMs > 0) ramp.push({ startMs, endMs, from, to: target });
    startMs = endMs;
    from = target;
  }
  return ramp;
}

/** The target at a time; that of the nearest end outside the ramp, 0 of an empty one. */
export function valueAt(ramp: Ramp, atMs: number): number {
  const segment = ramp.find(({ endMs }) => atMs < endMs) ?? ramp.at(-1);
  if (segment === undefined) return 0;
  const { startMs, endMs, from, to } = segment;
  const share = Math.min(1, Math.max(0, (atMs - startMs) / (endMs - startMs)));
  return from + (to - from) * share;
}

/** The first time from `atMs` on at which the target is at least `value`; null when it never is. */
export function nextAtLeast(ramp: Ramp, atMs: number, value: number): number | null {
  for (const { startMs, endMs, from, to } of ramp) {
    if (endMs <= atMs) continue;
    const enteredMs = Math.max(startMs, atMs);
    const entered = from + ((to - from) * (enteredMs - startMs)) / (endMs - startMs);
    if (entered >= value) return enteredMs;
    if (to >= value) return startMs + ((value - from) / (to - from)) * (endMs - startMs);
  }
  return null;
}
