import type { Invariant } from './invariant.ts';

// A cart without a customer may be ordered by one: shoppers log in at checkout.
export const convertedCarts: Invariant = {
  name: 'converted-carts',
  question: 'Was every cart ordered at most once, by its own customer, and is it converted then?',
  violations: `
    select c.id as cart_id, c.status, c.customer_id, o.orders
    from (
      select cart_id, count(*) as orders, min(customer_id) as first_customer_id,
             max(customer_id) as last_customer_id
      from shop.orders
      where cart_id is not null
      group by cart_id
    ) o
    join shop.carts c on c.id = o.cart_id
    where o.orders > 1 or c.status <> 'converted'
       or c.customer_id <> o.first_customer_id or c.customer_id <> o.last_customer_id`,
};
