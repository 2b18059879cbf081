import type { Invariant } from './invariant.ts';

export const stockLedger: Invariant = {
  name: 'stock-ledger',
  question: 'Is the stock on hand of every product in every warehouse the sum of its movements?',
  violations: `
    select coalesce(i.product_id, m.product_id) as product_id,
           coalesce(i.warehouse_id, m.warehouse_id) as warehouse_id,
           i.on_hand, coalesce(m.moved, 0) as moved
    from shop.inventory i
    full join (
      select product_id, warehouse_id, sum(quantity) as moved
      from shop.inventory_movements
      group by product_id, warehouse_id
    ) m on m.product_id = i.product_id and m.warehouse_id = i.warehouse_id
    where i.on_hand is distinct from coalesce(m.moved, 0)`,
};
