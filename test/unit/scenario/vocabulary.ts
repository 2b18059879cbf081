import type { Vocabulary } from '../../../src/scenario/vocabulary.ts';

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
  appTransactions: ['view_product', 'checkout'],
};
