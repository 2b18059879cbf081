import type { Invariant } from './invariant.ts';

export const customerSpend: Invariant = {
  name: 'customer-spend',
  question:
    'Is the lifetime spend of every customer the captured payments less the refunds of their orders, and the tier the one of it?',
  violations: `
    select c.id as customer_id, c.lifetime_spend_cents, c.tier, coalesce(s.spent_cents, 0) as spent_cents
    from shop.customers c
    left join (
      select o.customer_id, sum(money.cents) as spent_cents
      from (
        select order_id, amount_cents as cents from shop.payments where status = 'captured'
        union all
        select order_id, -amount_cents from shop.refunds
      ) money
      join shop.orders o on o.id = money.order_id
      group by o.customer_id
    ) s on s.customer_id = c.id
    where c.lifetime_spend_cents <> coalesce(s.spent_cents, 0)
       or c.tier <> shop.tier_of(c.lifetime_spend_cents)`,
};
