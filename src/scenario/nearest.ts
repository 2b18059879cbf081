/** The candidates in order of likeness to a mistyped word, the likeliest first. */
export function nearestFirst(word: string, candidates: readonly string[]): readonly string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .map(({ candidate }) => candidate);
}

/** The candidate that a mistyped word most likely meant; null when none is close. */
export function suggestion(word: string, candidates: readonly string[]): string | null {
  const [best] = nearestFirst(word, candidates);
  if (best === undefined) return null;
  return editDistance(word, best) <= Math.max(1, Math.floor(best.length / 3)) ? best : null;
}

/** No word of a scenario is as long, and the distance takes time by the product of both lengths. */
const LONGEST_WORD = 64;

/** Insertions, deletions, replacements and swaps of neighbours; case and `-`, `_` do not count. */
function editDistance(left: string, right: string): number {
  const [a, b] = [left, right].map((word) =>
    word.slice(0, LONGEST_WORD).toLowerCase().replaceAll(/[-_ ]/g, ''),
  ) as [string, string];
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min(
        at(previous, j) + 1,
        at(current, j - 1) + 1,
        at(previous, j - 1) + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(beforePrevious, j - 2) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
