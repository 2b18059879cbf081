import type { Invariant } from './invariant.ts';

export const couponUses: Invariant = {
  name: 'coupon-uses',
  question:
    'Was every coupon counted once for each order that refers to it, and used no more often than allowed?',
  violations: `
    select c.id as coupon_id, c.times_used, c.max_uses, coalesce(o.orders, 0) as orders
    from shop.coupons c
    left join (
      select coupon_id, count(*) as orders
      from shop.orders
      where coupon_id is not null
      group by coupon_id
    ) o on o.coupon_id = c.id
    where c.times_used <> coalesce(o.orders, 0) or c.times_used > c.max_uses`,
};
