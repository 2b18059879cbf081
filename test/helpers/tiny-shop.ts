import type pg from 'pg';

/**
 * A shop small enough to read, with one order of each status and books that add up. Every product
 * costs 1000 cents; order n holds n pieces of product 1 from warehouse 1 as line 1, and orders from
 * 5 on one piece of product 2 from warehouse 2 as line 2. Orders 1 to 4 belong to customer 1.
 */
const TINY_SHOP = `
  -- The rows are whole as they are: the triggers would do again what they say.
  do $$ declare t regclass; begin
    for t in select oid from pg_class where relnamespace = 'shop'::regnamespace and relkind in ('r', 'p') and not relispartition loop
      execute format('alter table %s disable trigger user', t);
    end loop;
  end $$;
  insert into shop.brands (id, name, slug) values (1, 'Acme', 'acme');
  insert into shop.categories (id, parent_id, name, slug, path, depth)
    values (1, null, 'Home', 'home', '1', 0), (2, 1, 'Lamps', 'lamps', '1.2', 1);
  insert into shop.products (id, sku, slug, name, description, brand_id, category_id, price_cents,
                             cost_cents, status, attributes, weight_grams, rating_sum, rating_count)
    values (1, 'SKU-1', 'desk-lamp', 'Brass desk lamp', 'Shines.', 1, 2, 1000, 500, 'active', '{"colour": "brass"}', 900, 7, 2),
           (2, 'SKU-2', 'wall-lamp', 'Steel wall lamp', 'Hangs.', 1, 2, 1000, 500, 'active', '{"colour": "steel"}', 700, 0, 0);
  insert into shop.warehouses (id, code, name, city, country_code)
    values (1, 'HAM', 'North', 'Hamburg', 'DE'), (2, 'LYO', 'South', 'Lyon', 'FR');
  insert into shop.inventory (product_id, warehouse_id, on_hand, reserved, reorder_point)
    values (1, 1, 85, 5, 10), (1, 2, 100, 0, 10), (2, 2, 99, 0, 10);
  insert into shop.low_stock_alerts (product_id, warehouse_id, on_hand, reorder_point, raised_at, resolved_at)
    values (1, 1, 8, 10, '2025-02-01', '2025-02-03');

  insert into shop.customers (id, email, password_hash, first_name, last_name, locale, tier, lifetime_spend_cents)
    values (1, 'Ada@example.com', 'x', 'Ada', 'L', 'en-GB', 'bronze', 9130),
           (2, 'bob@example.com', 'x', 'Bob', 'M', 'de-DE', 'bronze', 6020);
  insert into shop.addresses (id, customer_id, is_default, recipient, line1, city, region, postcode, country_code)
    select id, id, true, first_name, '1 Road', 'Leeds', 'York', 'LS1', 'GB' from shop.customers;

  insert into shop.coupons (id, code, kind, value, max_uses, times_used, starts_at, ends_at)
    values (1, 'TEN', 'fixed', 10, 5, 2, '2024-01-01', '2026-01-01');
  insert into shop.carts (id, customer_id, status) values (1, 1, 'converted'), (2, null, 'open');
  insert into shop.cart_items (cart_id, product_id, quantity, unit_price_cents) values (2, 1, 1, 1000);

  insert into shop.orders (id, checkout_token, customer_id, cart_id, shipping_address_id, billing_address_id,
                           coupon_id, status, currency, subtotal_cents, discount_cents, shipping_cents,
                           tax_cents, total_cents, placed_at)
    select n, ('00000000-0000-0000-0000-00000000000' || n)::uuid, customer, case n when 1 then 1 end,
           customer, customer, case when n in (2, 3) then 1 end, status, 'EUR', subtotal, discount, 30, 20,
           subtotal - discount + 50, '2025-01-01'
    from (
      select n, status, case when n <= 4 then 1 else 2 end as customer,
             1000 * n + case when n >= 5 then 1000 else 0 end as subtotal,
             case when n in (2, 3) then 10 else 0 end as discount
      from unnest(array['pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled', 'refunded'])
           with ordinality as o (status, n)
    ) placed;
  insert into shop.order_items (id, order_id, line_number, product_id, warehouse_id, quantity,
                                unit_price_cents, line_total_cents)
    select n, n, 1, 1, 1, n, 1000, 1000 * n from generate_series(1, 7) n
    union all
    select 10 + n, n, 2, 2, 2, 1, 1000, 1000 from generate_series(5, 7) n;
  insert into shop.order_status_history (order_id, from_status, to_status, changed_at)
    select o.id, step.from_status, step.to_status, '2025-01-02'
    from shop.orders o
    join (values ('pending',    array['pending']),
                 ('paid',       array['pending', 'paid']),
                 ('processing', array['pending', 'paid', 'processing']),
                 ('shipped',    array['pending', 'paid', 'processing', 'shipped']),
                 ('delivered',  array['pending', 'paid', 'processing', 'shipped', 'delivered']),
                 ('cancelled',  array['pending', 'cancelled']),
                 ('refunded',   array['pending', 'paid', 'processing', 'shipped', 'delivered', 'refunded'])
         ) as path (status, steps) using (status)
    cross join lateral (
      select n, steps[n - 1] as from_status, steps[n] as to_status
      from generate_subscripts(steps, 1) n
    ) step
    order by o.id, step.n;

  insert into shop.payments (id, order_id, method, status, amount_cents, card_token, card_last4, captured_at)
    select id, id, 'card',
           case status when 'pending' then 'authorized' when 'cancelled' then 'voided' else 'captured' end,
           total_cents, '\\x01', '4242',
           case when status not in ('pending', 'cancelled') then timestamptz '2025-01-02' end
    from shop.orders;
  insert into shop.payments (id, order_id, method, status, amount_cents)
    values (8, 5, 'paypal', 'declined', 6050);
  insert into shop.refunds (id, order_id, payment_id, amount_cents, reason)
    values (1, 7, 7, 8050, 'returned'), (2, 5, 5, 30, 'late');
  insert into shop.shipments (id, order_id, carrier, tracking_number, status, shipped_at, delivered_at)
    values (4, 4, 'DHL', 'T4', 'in_transit', '2025-01-03', null),
           (5, 5, 'DHL', 'T5', 'delivered', '2025-01-03', '2025-01-05'),
           (7, 7, 'DHL', 'T7', 'delivered', '2025-01-03', '2025-01-05');

  insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id, occurred_at)
    select product_id, warehouse_id, 'opening', 100, null::bigint, timestamptz '2024-01-01' from shop.inventory
    union all
    select product_id, warehouse_id, 'sale', -quantity, order_id, '2025-01-01' from shop.order_items
    union all
    select i.product_id, i.warehouse_id, 'return', i.quantity, i.order_id, '2025-01-06'
    from shop.order_items i join shop.orders o on o.id = i.order_id
    where o.status in ('cancelled', 'refunded');
  insert into shop.reviews (product_id, customer_id, order_item_id, rating, title, body)
    values (1, 2, 5, 4, 'Good', 'It shines.'), (1, 2, 7, 3, 'Fair', 'It flickers.');
  insert into shop.audit_log (table_name, row_id, action, actor, changed, occurred_at)
    values ('products', 1, 'update', 'ada', '{"price_cents": [900, 1000]}', '2025-03-01');

  select shop.rebuild_daily_sales();
  do $$ declare t regclass; begin
    for t in select oid from pg_class where relnamespace = 'shop'::regnamespace and relkind in ('r', 'p') and not relispartition loop
      execute format('alter table %s enable trigger user', t);
    end loop;
  end $$;

  select setval(pg_get_serial_sequence(attrelid::regclass::text, attname), 1000)
  from pg_attribute join pg_class c on c.oid = attrelid
  where attidentity <> '' and relnamespace = 'shop'::regnamespace and not relispartition;
`;

/** Fills an empty, migrated shop: rows in every table, every invariant holds. */
export async function fillTinyShop(client: pg.Client): Promise<void> {
  await client.query(TINY_SHOP);
}
