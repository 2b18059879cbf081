import type { Invariant } from './invariant.ts';

export const dailySales: Invariant = {
  name: 'daily-sales',
  question: 'Are the daily sales the payments and refunds of the orders of each day?',
  keptBy: 'sales',
  violations: `
    select day, kept.orders, kept.captured_cents, kept.refunded_cents,
           booked.orders as booked_orders, booked.captured_cents as booked_captured_cents,
           booked.refunded_cents as booked_refunded_cents
    from (
      select day, sum(orders) as orders, sum(captured_cents) as captured_cents,
             sum(refunded_cents) as refunded_cents
      from shop.daily_sales
      group by day
    ) kept
    full join (
      select (o.placed_at at time zone 'UTC')::date as day, sum(money.orders) as orders,
             sum(money.captured_cents) as captured_cents, sum(money.refunded_cents) as refunded_cents
      from (
        select order_id, 1 as orders, amount_cents as captured_cents, 0 as refunded_cents
        from shop.payments where status = 'captured'
        union all
        select order_id, 0, 0, amount_cents from shop.refunds
      ) money
      join shop.orders o on o.id = money.order_id
      group by 1
    ) booked using (day)
    where (kept.orders, kept.captured_cents, kept.refunded_cents)
      is distinct from (booked.orders, booked.captured_cents, booked.refunded_cents)`,
};
