import type { Invariant } from './invariant.ts';

export const payments: Invariant = {
  name: 'payments',
  question:
    'Is the captured money the total of every order from paid on, and is none captured for pending and cancelled ones?',
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
    where case
      when o.status in ('pending', 'cancelled') then p.captures is not null
      else coalesce(p.captured_cents, 0) <> o.total_cents
    end`,
};
