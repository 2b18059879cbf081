import { expect, test } from 'vitest';
import { shuffle } from '../../../src/random/shuffle.ts';

test('shuffle keeps the values and depends on the key alone', () => {
  const ordered = Array.from({ length: 100 }, (_, i) => i);
  const once = [...ordered];
  const again = [...ordered];
  const other = [...ordered];
  shuffle(once, 1);
  shuffle(again, 1);
  shuffle(other, 2);
  expect(once).toEqual(again);
  expect(once).not.toEqual(other);
  expect(once).not.toEqual(ordered);
  expect(once.toSorted((a, b) => a - b)).toEqual(ordered);
});
