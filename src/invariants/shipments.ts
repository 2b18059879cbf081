import type { Invariant } from './invariant.ts';

export const shipments: Invariant = {
  name: 'shipments',
  question:
    'Have shipped and delivered orders a shipment, pending, paid, processing and cancelled ones none, and has each shipment a time of delivery exactly when it is delivered?',
  violations: `
    select o.id as order_id, o.status, coalesce(s.shipments, 0) as shipments,
           coalesce(s.in_transit, 0) as in_transit, coalesce(s.wrong_times, 0) as wrong_times
    from shop.orders o
    left join (
      select order_id, count(*) as shipments,
             count(*) filter (where status = 'in_transit') as in_transit,
             count(*) filter (where (status = 'delivered') <> (delivered_at is not null))
               as wrong_times
      from shop.shipments
      group by order_id
    ) s on s.order_id = o.id
    where s.wrong_times > 0
       or case o.status
            when 'shipped' then s.order_id is null
            when 'delivered' then s.order_id is null or s.in_transit > 0
            when 'refunded' then false
            else s.order_id is not null
          end`,
};
