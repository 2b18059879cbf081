import type { Invariant } from './invariant.ts';

export const refunds: Invariant = {
  name: 'refunds',
  question:
    'Does every refund give back a captured payment of its own order, never more than was captured, and all of it for refunded orders?',
  violations: `
    select o.id as order_id, o.status, coalesce(p.captured_cents, 0) as captured_cents,
           coalesce(r.refunded_cents, 0) as refunded_cents,
           coalesce(r.has_wrong_payment, false) as has_wrong_payment
    from shop.orders o
    left join (
      select refund.order_id, sum(refund.amount_cents) as refunded_cents,
             bool_or(payment.order_id <> refund.order_id or payment.status <> 'captured')
               as has_wrong_payment
      from shop.refunds refund
      join shop.payments payment on payment.id = refund.payment_id
      group by refund.order_id
    ) r on r.order_id = o.id
    left join (
      select order_id, sum(amount_cents) as captured_cents
      from shop.payments
      where status = 'captured'
      group by order_id
    ) p on p.order_id = o.id
    where r.has_wrong_payment
       or coalesce(r.refunded_cents, 0) > coalesce(p.captured_cents, 0)
       or (o.status = 'refunded'
           and coalesce(r.refunded_cents, 0) <> coalesce(p.captured_cents, 0))`,
};
