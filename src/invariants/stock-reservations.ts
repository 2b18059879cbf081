import type { Invariant } from './invariant.ts';

export const stockReservations: Invariant = {
  name: 'stock-reservations',
  question: 'Is nowhere more reserved than is on hand, and nothing below zero?',
  violations: `
    select product_id, warehouse_id, on_hand, reserved
    from shop.inventory
    where reserved not between 0 and on_hand`,
};
