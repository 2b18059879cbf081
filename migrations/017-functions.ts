import type { Knex } from 'knex';

/**
 * What the shop does, one round trip each. They hold whichever duties the triggers keep up (`keeps`):
 * what no trigger does they do themselves. A rejection is an answer, with everything rolled back, and
 * not an error.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function shop.move_stock(
      products bigint[], warehouses bigint[], quantities integer[], kind text, for_order bigint default null
    ) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      if not shop.keeps('stock') then
        perform from shop.inventory i
        where (i.product_id, i.warehouse_id) in (
          select * from unnest(products, warehouses))
        order by i.product_id, i.warehouse_id for no key update of i;
        update shop.inventory i
        set on_hand = i.on_hand + m.quantity, updated_at = greatest(i.updated_at, now())
        from (
          select product_id, warehouse_id, sum(quantity)::integer as quantity
          from unnest(products, warehouses, quantities) as l (product_id, warehouse_id, quantity)
          group by product_id, warehouse_id
        ) m
        where m.product_id = i.product_id and m.warehouse_id = i.warehouse_id;
      end if;
      insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
      select l.product_id, l.warehouse_id, move_stock.kind, l.quantity, for_order
      from unnest(products, warehouses, quantities) as l (product_id, warehouse_id, quantity);
    end $$;
    comment on function shop.move_stock(bigint[], bigint[], integer[], text, bigint) is
      'Books movements, each with its signed pieces, and applies them where no trigger does.';
    revoke execute on function shop.move_stock(bigint[], bigint[], integer[], text, bigint) from public;

    create function shop.set_order_status(of_order bigint, was text, becomes text) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      update shop.orders o set status = becomes, updated_at = greatest(o.updated_at, now())
      where o.id = of_order;
      if not shop.keeps('history') then
        insert into shop.order_status_history (order_id, from_status, to_status)
        values (of_order, was, becomes);
      end if;
    end $$;
    comment on function shop.set_order_status(bigint, text, text) is
      'Brings an order, whose row the caller has locked, from one status to the next.';
    revoke execute on function shop.set_order_status(bigint, text, text) from public;

    create function shop.give_back(of_order bigint, cents bigint, reason text) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      insert into shop.refunds (order_id, payment_id, amount_cents, reason)
      select p.order_id, p.id, cents, give_back.reason
      from shop.payments p where p.order_id = of_order and p.status = 'captured';
      if found and not shop.keeps('spend') then
        perform shop.add_spend(array[of_order], array[-cents]);
      end if;
    end $$;
    comment on function shop.give_back(bigint, bigint, text) is 'Refunds part of what was captured for an order.';
    revoke execute on function shop.give_back(bigint, bigint, text) from public;

    create function shop.take_back(of_order bigint) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      perform shop.move_stock(array_agg(m.product_id), array_agg(m.warehouse_id),
                              array_agg(m.quantity), 'return', of_order)
      from (
        select product_id, warehouse_id, -sum(quantity)::integer as quantity
        from shop.inventory_movements where order_id = of_order
        group by product_id, warehouse_id
        having sum(quantity) < 0
      ) m
      having count(*) > 0;
    end $$;
    comment on function shop.take_back(bigint) is 'Books the return of all that an order took from stock and has not brought back.';
    revoke execute on function shop.take_back(bigint) from public;

    create function shop.owed_cents(of_order bigint) returns bigint
      stable language sql security definer set search_path = pg_catalog, pg_temp
    begin atomic
      select coalesce((select sum(amount_cents) from shop.payments
                       where order_id = of_order and status = 'captured'), 0)::bigint
           - coalesce((select sum(amount_cents) from shop.refunds where order_id = of_order), 0)::bigint;
    end;
    comment on function shop.owed_cents(bigint) is 'What was captured for an order and has not been given back.';
    revoke execute on function shop.owed_cents(bigint) from public;

    create function shop.cancel_order(of_order bigint) returns text
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      was text;
      owed bigint;
    begin
      select o.status into was from shop.orders o where o.id = of_order for no key update;
      if was is null or was not in ('pending', 'paid', 'processing') then
        return 'wrong_status';
      end if;
      perform shop.take_back(of_order);
      update shop.payments set status = 'voided' where order_id = of_order and status = 'authorized';
      owed := shop.owed_cents(of_order);
      if owed > 0 then
        perform shop.give_back(of_order, owed, 'cancelled');
      end if;
      perform shop.set_order_status(of_order, was, 'cancelled');
      return null;
    end $$;
    comment on function shop.cancel_order(bigint) is
      'Cancels an order that has not been shipped: its stock comes back, its money goes back. Returns null, or the reason why not: wrong_status.';

    create function shop.refund_order(of_order bigint, cents bigint default null, reason text default 'returned')
      returns text
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      was text;
      owed bigint;
    begin
      select o.status into was from shop.orders o where o.id = of_order for no key update;
      if was is distinct from 'delivered' then
        return 'wrong_status';
      end if;
      owed := shop.owed_cents(of_order);
      if cents > owed or cents <= 0 then
        return 'wrong_amount';
      end if;
      if cents < owed then
        perform shop.give_back(of_order, cents, reason);
        return null;
      end if;
      perform shop.take_back(of_order);
      perform shop.give_back(of_order, owed, reason);
      perform shop.set_order_status(of_order, was, 'refunded');
      return null;
    end $$;
    comment on function shop.refund_order(bigint, bigint, text) is
      'Gives back part of the money of a delivered order; or all of it, and then its stock comes back. Returns null, or the reason why not: wrong_status, wrong_amount.';

    create function shop.ship_order(carrier text default 'DHL') returns bigint
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      next record;
      queue text;
    begin
      foreach queue in array array['processing', 'paid'] loop
        select o.id, o.status into next from shop.orders o
        where o.status = queue and o.status in ('pending', 'paid', 'processing')
        order by o.placed_at limit 1
        for no key update skip locked;
        if found then
          insert into shop.shipments (order_id, carrier, tracking_number, status)
          values (next.id, ship_order.carrier, upper(md5(next.id::text)), 'in_transit');
          perform shop.set_order_status(next.id, next.status, 'shipped');
          return next.id;
        end if;
      end loop;
      return null;
    end $$;
    comment on function shop.ship_order(text) is
      'Ships the oldest order that waits, past those that others are shipping (SKIP LOCKED). Returns its id; null when none waits.';

    create function shop.receive_stock(products bigint[], warehouses bigint[], quantities integer[])
      returns void
      language sql security definer set search_path = pg_catalog, pg_temp
    begin atomic
      select shop.move_stock(products, warehouses, quantities, 'receipt');
    end;
    comment on function shop.receive_stock(bigint[], bigint[], integer[]) is 'Books a delivery to the warehouses.';

    create type shop.placed_order as (
      order_id bigint, total_cents bigint, rejection text, attempts integer);
    comment on type shop.placed_order is
      'Answer of place_order: an order with its total, or the reason why there is none; and how many attempts it took.';

    create function shop.place_order(
      token uuid, customer bigint, products bigint[], warehouses bigint[], quantities integer[],
      coupon bigint default null, card_is_declined boolean default false,
      in_cart_order boolean default false, good_at timestamptz default now(),
      max_attempts integer default 5, card_token text default null
    ) returns shop.placed_order
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      answer shop.placed_order;
      cart bigint;
      subtotal bigint;
      discount bigint := 0;
      goods bigint;
      address record;
      line record;
    begin
      answer.attempts := 0;
      loop
        answer.attempts := answer.attempts + 1;
        begin
          insert into shop.carts (customer_id, status) values (customer, 'open') returning id into cart;
          insert into shop.cart_items (cart_id, product_id, quantity, unit_price_cents)
          select cart, p.id, l.quantity, p.price_cents
          from unnest(products, quantities) as l (product_id, quantity)
          join shop.products p on p.id = l.product_id;
          select sum(quantity * unit_price_cents) into subtotal
          from shop.cart_items where cart_id = cart;

          if not shop.keeps('stock') then
            for line in
              select l.* from unnest(products, warehouses, quantities)
                with ordinality as l (product_id, warehouse_id, quantity, number)
              order by case when in_cart_order then l.number end, l.product_id, l.warehouse_id
            loop
              update shop.inventory set on_hand = on_hand - line.quantity, updated_at = now()
              where product_id = line.product_id and warehouse_id = line.warehouse_id
                and on_hand - reserved >= line.quantity;
              if not found then raise exception using errcode = 'SH001'; end if;
            end loop;
          end if;

          if coupon is not null then
            update shop.coupons set times_used = times_used + 1
            where id = coupon and times_used < max_uses and min_subtotal_cents <= subtotal
              and good_at between starts_at and ends_at
            returning shop.discount_cents(kind, value, subtotal) into discount;
            if not found then raise exception using errcode = 'SH002'; end if;
          end if;
          if card_is_declined then raise exception using errcode = 'SH003'; end if;

          select id, country_code into strict address
          from shop.addresses where customer_id = customer and is_default;
          if shop.keeps('totals') then
            subtotal := 0;
            discount := 0;
          end if;
          goods := subtotal - discount;
          insert into shop.orders (
            checkout_token, customer_id, cart_id, shipping_address_id, billing_address_id, coupon_id,
            status, currency, subtotal_cents, discount_cents, shipping_cents, tax_cents, total_cents)
          select token, customer, cart, address.id, address.id, coupon, 'pending', 'EUR',
                 subtotal, discount, m.shipping, m.tax, goods + m.shipping + m.tax
          from (select case when goods = 0 then 0 else shop.shipping_cents(address.country_code, goods) end
                         as shipping,
                       shop.tax_cents(address.country_code, goods) as tax) m
          returning id into answer.order_id;
          if not shop.keeps('history') then
            insert into shop.order_status_history (order_id, to_status)
            values (answer.order_id, 'pending');
          end if;
          insert into shop.order_items (
            order_id, line_number, product_id, warehouse_id, quantity, unit_price_cents, line_total_cents)
          select answer.order_id, l.number, l.product_id, l.warehouse_id, l.quantity,
                 i.unit_price_cents, l.quantity * i.unit_price_cents
          from unnest(products, warehouses, quantities)
            with ordinality as l (product_id, warehouse_id, quantity, number)
          join shop.cart_items i on i.cart_id = cart and i.product_id = l.product_id;

          if in_cart_order and shop.keeps('stock') then
            -- A movement at a time, so that stock is locked in the order of the cart.
            for line in
              select l.* from unnest(products, warehouses, quantities)
                as l (product_id, warehouse_id, quantity)
            loop
              insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
              values (line.product_id, line.warehouse_id, 'sale', -line.quantity, answer.order_id);
            end loop;
          else
            insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
            select l.product_id, l.warehouse_id, 'sale', -l.quantity, answer.order_id
            from unnest(products, warehouses, quantities) as l (product_id, warehouse_id, quantity);
          end if;

          insert into shop.payments (
            order_id, method, status, amount_cents, captured_at, card_token, card_last4)
          select id, case when card_token is null then 'paypal' else 'card' end, 'captured', total_cents,
                 now(), case when card_token is not null then shop.encrypt_card(card_token) end,
                 right(card_token, 4)
          from shop.orders where id = answer.order_id
          returning amount_cents into answer.total_cents;
          if not shop.keeps('spend') then
            perform shop.add_spend(array[answer.order_id], array[answer.total_cents]);
          end if;
          perform shop.set_order_status(answer.order_id, 'pending', 'paid');
          update shop.carts set status = 'converted', updated_at = now() where id = cart;
          return answer;
        exception
          when sqlstate 'SH001' then answer.rejection := 'out_of_stock';
          when sqlstate 'SH002' then answer.rejection := 'coupon_refused';
          when sqlstate 'SH003' then answer.rejection := 'card_declined';
          -- Here alone a retry helps: a serialization failure needs a new snapshot, and so a new transaction.
          when deadlock_detected then
            if answer.attempts >= max_attempts then raise; end if;
            perform pg_sleep(random() * 0.005 * 2 ^ answer.attempts);
        end;
        if answer.rejection is not null then
          answer.order_id := null;
          answer.total_cents := null;
          return answer;
        end if;
      end loop;
    end $$;
    comment on function shop.place_order(uuid, bigint, bigint[], bigint[], integer[], bigint, boolean, boolean, timestamptz, integer, text) is
      'Builds a cart, pays for it and answers with the order or with the reason why there is none: out_of_stock, coupon_refused, card_declined. A deadlock is retried inside, up to max_attempts.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.place_order;
    drop type shop.placed_order;
    drop function shop.receive_stock;
    drop function shop.ship_order;
    drop function shop.refund_order;
    drop function shop.cancel_order;
    drop function shop.owed_cents;
    drop function shop.take_back;
    drop function shop.give_back;
    drop function shop.set_order_status;
    drop function shop.move_stock;
  `);
}
