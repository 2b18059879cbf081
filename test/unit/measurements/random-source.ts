/** Random numbers of a test: equally spread over [0, 1), the same for a seed (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A latency in microseconds, log-normal in shape: most near a millisecond, a few of minutes. */
export function randomLatencyUs(random: () => number): number {
  const normal = Array.from({ length: 6 }, random).reduce((sum, each) => sum + each, -3);
  return Math.round(1000 * Math.exp(3 * normal));
}
