import type { Knex } from 'knex';

/**
 * Conventions of the triggers, from here on:
 * - They are called keep_<duty>_on_<event>, after what they keep up; the functions keep_<duty>.
 * - Where rows come in sets they see the whole set (transition tables) and lock the rows that they
 *   will change in the order of their key first: two sets that overlap cannot wait in a ring.
 * - Their plans are generic: an array makes the planner believe that a plan for this one is cheaper, and
 *   it would plan anew each time, which takes longer than the work.
 * - They run with the rights of the owner, so that an application needs none on what they keep.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function shop.keep_totals() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      touched bigint[];
    begin
      if tg_op = 'INSERT' then
        touched := array(select distinct order_id from new_rows);
      elsif tg_op = 'DELETE' then
        touched := array(select distinct order_id from old_rows);
      else
        touched := array(select order_id from old_rows union select order_id from new_rows);
      end if;
      perform from shop.orders where id = any (touched) order by id for no key update;
      -- Materialised, so that no sum is written into each place where it is used.
      with line as materialized (
        select i.order_id, sum(i.line_total_cents)::bigint as subtotal
        from shop.order_items i where i.order_id = any (touched) group by i.order_id
      ), goods as materialized (
        select o.id, a.country_code, coalesce(l.subtotal, 0) as subtotal,
               coalesce(shop.discount_cents(c.kind, c.value, l.subtotal), 0) as discount
        from shop.orders o
        join shop.addresses a on a.id = o.shipping_address_id
        left join line l on l.order_id = o.id
        left join shop.coupons c on c.id = o.coupon_id
        where o.id = any (touched)
      ), money as materialized (
        select id, subtotal, discount,
               case when subtotal = 0 then 0 else shop.shipping_cents(country_code, subtotal - discount) end
                 as shipping,
               shop.tax_cents(country_code, subtotal - discount) as tax
        from goods
      )
      update shop.orders o
      set subtotal_cents = m.subtotal, discount_cents = m.discount,
          shipping_cents = m.shipping, tax_cents = m.tax,
          total_cents = m.subtotal - m.discount + m.shipping + m.tax,
          updated_at = greatest(o.updated_at, now())
      from money m
      where o.id = m.id
        and (o.subtotal_cents, o.discount_cents, o.shipping_cents, o.tax_cents)
          is distinct from (m.subtotal, m.discount, m.shipping, m.tax);
      return null;
    end $$;
    comment on function shop.keep_totals() is
      'Makes the money of an order that of its lines: subtotal, what its coupon takes off, shipping and tax of its country, total.';

    create trigger keep_totals_on_insert after insert on shop.order_items
      referencing new table as new_rows for each statement execute function shop.keep_totals();
    create trigger keep_totals_on_update after update on shop.order_items
      referencing old table as old_rows new table as new_rows
      for each statement execute function shop.keep_totals();
    create trigger keep_totals_on_delete after delete on shop.order_items
      referencing old table as old_rows for each statement execute function shop.keep_totals();

    -- By row: orders change one at a time, and the condition spares the others the call.
    create function shop.keep_history() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      insert into shop.order_status_history (order_id, from_status, to_status, changed_at)
      values (new.id, old.status, new.status, now());
      return null;
    end $$;
    comment on function shop.keep_history() is 'Writes down each status of an order.';

    create trigger keep_history_on_insert after insert on shop.orders
      for each row execute function shop.keep_history();
    create trigger keep_history_on_update after update of status on shop.orders
      for each row when (old.status is distinct from new.status)
      execute function shop.keep_history();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.keep_history() cascade;
    drop function shop.keep_totals() cascade;
  `);
}
