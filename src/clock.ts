/** Where time comes from. The real one in production, a virtual one in tests of schedules and backoff. */
export interface Clock {
  /** Monotonic time in milliseconds, with a fraction; the same in every thread of the process. */
  now(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when aborted before. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * What performance.now() lacks to a clock that is the same in every thread: it is the cheapest to read,
 * but counts from another origin in each. The first reading of either clock in a thread takes a
 * millisecond; of several pairs the tightest is exact to a microsecond.
 */
function measureOrigin(): number {
  const monotonicMs = () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  };
  let origin = 0;
  let narrowestMs = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    const before = monotonicMs();
    const now = performance.now();
    const after = monotonicMs();
    if (after - before >= narrowestMs) continue;
    narrowestMs = after - before;
    origin = (before + after) / 2 - now;
  }
  return origin;
}

const originMs = measureOrigin();

export const systemClock: Clock = {
  now: () => originMs + performance.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, durationMs);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
