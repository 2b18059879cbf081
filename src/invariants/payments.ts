import type { Invariant } from './invariant.ts';

export const payments: Invariant = {
  name: 'payments',
  question:
    'Is the captured money the total of every order from paid on, all given back for cancelled ones, and none captured for pending ones?',
  violations: `
    select o.id as order_id, o.status, o.total_cents,
           coalesce(p.captured_cents, 0) as captured_cents, coalesce(p.captures, 0) as captures
    from shop.orders o
    left join (
      select order_id, sum(amount_cents) as captured_cents, count(*) as captures
      from shop.payments
      where status = 'captured'
      group by order_id
    ) p on p.order_id = o.id
    left join (
      select order_id, sum(amount_cents) as refunded_cents
      from shop.refunds
      group by order_id
    ) r on r.order_id = o.id
    where case o.status
      when 'pending' then p.captures is not null
      when 'cancelled' then coalesce(p.captured_cents, 0) <> coalesce(r.refunded_cents, 0)
      else coalesce(p.captured_cents, 0) <> o.total_cents
    end`,
};
