/** Monotonic milliseconds, the same in every thread: `performance.now()` has an origin in each. */
export function threadTimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
