import type { Invariant } from './invariant.ts';

export const lowStockAlerts: Invariant = {
  name: 'low-stock-alerts',
  question:
    'Has every stock position at or under its reorder point an open alert, and no other position one?',
  keptBy: 'alerts',
  violations: `
    select i.product_id, i.warehouse_id, i.on_hand, i.reorder_point, coalesce(a.alerts, 0) as alerts
    from shop.inventory i
    left join (
      select product_id, warehouse_id, count(*) as alerts
      from shop.low_stock_alerts
      where resolved_at is null
      group by product_id, warehouse_id
    ) a on a.product_id = i.product_id and a.warehouse_id = i.warehouse_id
    where coalesce(a.alerts, 0) <> case when i.on_hand <= i.reorder_point then 1 else 0 end`,
};
