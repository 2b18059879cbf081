import { expect, test } from 'vitest';
import { describePlan } from '../../../src/database/statement-plans.ts';

const scan = (index: string) => ({ 'Node Type': 'Index Scan', 'Index Name': index });

test('a plan in one line: the step, what it reads, and what is inside', () => {
  expect(describePlan({ 'Node Type': 'Seq Scan', 'Relation Name': 'brands' })).toBe(
    'Seq Scan brands',
  );
  expect(
    describePlan({
      'Node Type': 'Nested Loop',
      Plans: [scan('orders_pkey'), { 'Node Type': 'Memoize', Plans: [scan('products_pkey')] }],
    }),
  ).toBe('Nested Loop (Index Scan orders_pkey; Memoize (Index Scan products_pkey))');
  expect(
    describePlan({
      'Node Type': 'ModifyTable',
      Operation: 'Update',
      'Relation Name': 'carts',
      Plans: [scan('carts_pkey')],
    }),
  ).toBe('Update carts (Index Scan carts_pkey)');
});

test('partitions that are read alike count as one', () => {
  const parts = ['events_2024', 'events_2025', 'events_2026'].map(scan);
  expect(describePlan({ 'Node Type': 'Append', Plans: parts })).toBe('Append (3 x Index Scan)');
});
