import { expect, test } from 'vitest';
import { nearestFirst, suggestion } from '../../../src/scenario/nearest.ts';
import { VOCABULARY } from './vocabulary.ts';

test.each([
  ['chekout', 'checkout'],
  ['chcekout', 'checkout'],
  ['checkouts', 'checkout'],
  ['viewProduct', 'view_product'],
  ['view-cart', 'view_cart'],
  ['serach', 'search'],
])('%s means %s', (word, meant) => {
  expect(suggestion(word, VOCABULARY.transactions)).toBe(meant);
});

test('a far word suggests nothing', () => {
  expect(suggestion('refund', VOCABULARY.transactions)).toBeNull();
  expect(suggestion('refund', [])).toBeNull();
});

test('orders all candidates by likeness, then by name', () => {
  expect(nearestFirst('ab', ['xyz', 'abd', 'abc', 'ab'])).toEqual(['ab', 'abc', 'abd', 'xyz']);
});
