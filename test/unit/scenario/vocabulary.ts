import type { Vocabulary } from '../../../src/scenario/parse-scenario.ts';

export const VOCABULARY: Vocabulary = {
  transactions: [
    'view_product',
    'browse_category',
    'search',
    'add_to_cart',
    'view_cart',
    'checkout',
    'order_history',
  ],
};
