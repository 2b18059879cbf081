import type { Invariant } from './invariant.ts';

// Steps follow each other by id, not by time: changed_at is when a transaction began, and one that
// waited for another carries the earlier time.
export const orderStatusHistory: Invariant = {
  name: 'order-status-history',
  question:
    'Does the history of every order begin with pending, follow on without a break, and end with its status?',
  violations: `
    select o.id as order_id, o.status, h.last_status, coalesce(h.breaks, 0) as breaks
    from shop.orders o
    left join (
      select order_id, max(to_status) filter (where is_last) as last_status,
             count(*) filter (where from_status is distinct from previous_status
                                 or (previous_status is null and to_status <> 'pending')) as breaks
      from (
        select order_id, from_status, to_status,
               lag(to_status) over steps as previous_status,
               lead(id) over steps is null as is_last
        from shop.order_status_history
        window steps as (partition by order_id order by id)
      ) step
      group by order_id
    ) h on h.order_id = o.id
    where h.last_status is distinct from o.status or h.breaks > 0`,
};
