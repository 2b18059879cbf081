import type { Invariant } from './invariant.ts';

export const orderDiscounts: Invariant = {
  name: 'order-discounts',
  question:
    'Has every order the discount that its coupon gives on its subtotal, and none without one?',
  violations: `
    select o.id as order_id, o.coupon_id, o.subtotal_cents, o.discount_cents,
           coalesce(shop.discount_cents(c.kind, c.value, o.subtotal_cents), 0) as expected_cents
    from shop.orders o
    left join shop.coupons c on c.id = o.coupon_id
    where o.discount_cents
      <> coalesce(shop.discount_cents(c.kind, c.value, o.subtotal_cents), 0)`,
};
