import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table shop.daily_sales (
      day date not null,
      shard smallint not null check (shard between 0 and 15),
      orders bigint not null,
      captured_cents bigint not null,
      refunded_cents bigint not null,
      primary key (day, shard)
    );
    comment on table shop.daily_sales is
      'Sales of the orders of each day (UTC), fresh at any moment: the sum over the shards of a day. Kept by triggers, where materialised views wait to be refreshed.';
    comment on column shop.daily_sales.shard is
      'Sixteen rows a day, a session writes to one of them: all checkouts of a day would wait for a single row.';
    comment on column shop.daily_sales.orders is 'Orders with a captured payment.';
    comment on index shop.daily_sales_pkey is 'Sales of a span of days, and the row that a checkout adds to.';

    create function shop.add_sales(order_ids bigint[], counts integer[], captured bigint[], refunded bigint[])
      returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      insert into shop.daily_sales as s (day, shard, orders, captured_cents, refunded_cents)
      select (o.placed_at at time zone 'UTC')::date, pg_backend_pid() % 16,
             sum(c.count), sum(c.captured), sum(c.refunded)
      from unnest(order_ids, counts, captured, refunded) as c (order_id, count, captured, refunded)
      join shop.orders o on o.id = c.order_id
      group by 1
      -- Days are locked in their order.
      order by 1
      on conflict (day, shard) do update
      set orders = s.orders + excluded.orders,
          captured_cents = s.captured_cents + excluded.captured_cents,
          refunded_cents = s.refunded_cents + excluded.refunded_cents;
    end $$;
    comment on function shop.add_sales(bigint[], integer[], bigint[], bigint[]) is
      'Adds captured and refunded cents to the days of orders.';
    revoke execute on function shop.add_sales(bigint[], integer[], bigint[], bigint[]) from public;

    create function shop.keep_sales() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if tg_table_name = 'refunds' then
        perform shop.add_sales(array_agg(order_id), array_agg(0), array_agg(0::bigint), array_agg(amount_cents))
        from new_rows;
      elsif tg_op = 'INSERT' then
        perform shop.add_sales(array_agg(order_id), array_agg(1), array_agg(amount_cents), array_agg(0::bigint))
        from new_rows where status = 'captured' having count(*) > 0;
      else
        perform shop.add_sales(array_agg(order_id), array_agg(count), array_agg(cents), array_agg(0::bigint))
        from (
          select order_id, 1 as count, amount_cents as cents from new_rows where status = 'captured'
          union all
          select order_id, -1, -amount_cents from old_rows where status = 'captured'
        ) change
        having count(*) > 0;
      end if;
      return null;
    end $$;
    comment on function shop.keep_sales() is 'Adds payments and refunds to the day of their order.';

    create trigger keep_sales_on_insert after insert on shop.payments
      referencing new table as new_rows for each statement execute function shop.keep_sales();
    create trigger keep_sales_on_update after update on shop.payments
      referencing old table as old_rows new table as new_rows
      for each statement execute function shop.keep_sales();
    create trigger keep_sales_on_insert after insert on shop.refunds
      referencing new table as new_rows for each statement execute function shop.keep_sales();

    create function shop.rebuild_daily_sales() returns void
      language sql security definer set search_path = pg_catalog, pg_temp
    begin atomic
      delete from shop.daily_sales;
      insert into shop.daily_sales (day, shard, orders, captured_cents, refunded_cents)
      select (o.placed_at at time zone 'UTC')::date, 0, sum(m.count), sum(m.captured), sum(m.refunded)
      from (
        select order_id, 1 as count, amount_cents as captured, 0 as refunded
        from shop.payments where status = 'captured'
        union all
        select order_id, 0, 0, amount_cents from shop.refunds
      ) m
      join shop.orders o on o.id = m.order_id
      group by 1;
    end;
    comment on function shop.rebuild_daily_sales() is
      'Makes daily_sales anew from payments and refunds: after a load, which sets the triggers aside.';
    revoke execute on function shop.rebuild_daily_sales() from public;
    select shop.rebuild_daily_sales();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.rebuild_daily_sales();
    drop function shop.keep_sales() cascade;
    drop function shop.add_sales(bigint[], integer[], bigint[], bigint[]);
    drop table shop.daily_sales;
  `);
}
