/** Picks a transaction for a 32-bit uniform word, by weight. */
export type PickTransaction<T> = (word: number) => T;

const WORDS = 2 ** 32;

/**
 * Builds the pick of a mix.
 *
 * @param choices at least one, with weights above 0
 */
export function createMix<T>(
  choices: readonly { readonly value: T; readonly weight: number }[],
): PickTransaction<T> {
  const total = choices.reduce((sum, choice) => sum + choice.weight, 0);
  let cumulative = 0;
  const bounds = choices.map(({ value, weight }) => {
    cumulative += weight;
    return { value, bound: (cumulative / total) * WORDS };
  });
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError('a mix needs at least one transaction');
  return (word) => {
    for (const { value, bound } of bounds) if (word < bound) return value;
    return last.value;
  };
}
