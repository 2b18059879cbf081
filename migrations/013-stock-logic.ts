import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function shop.keep_stock() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      short_product bigint;
    begin
      -- An aggregate, and no condition: one would be pushed below the locks and spare rows from them.
      select min(locked.product_id) filter (where locked.quantity < 0 and locked.left_over < 0)
      into short_product
      from (
        select i.product_id, m.quantity, i.on_hand - i.reserved + m.quantity as left_over
        from shop.inventory i
        join (
          select product_id, warehouse_id, sum(quantity) as quantity
          from new_rows group by product_id, warehouse_id
        ) m on m.product_id = i.product_id and m.warehouse_id = i.warehouse_id
        order by i.product_id, i.warehouse_id
        for no key update of i
      ) locked;
      if short_product is not null then
        raise exception 'product % is out of stock', short_product using errcode = 'SH001';
      end if;
      update shop.inventory i
      set on_hand = i.on_hand + m.quantity, updated_at = greatest(i.updated_at, now())
      from (
        select product_id, warehouse_id, sum(quantity)::integer as quantity
        from new_rows group by product_id, warehouse_id
      ) m
      where m.product_id = i.product_id and m.warehouse_id = i.warehouse_id;
      return null;
    end $$;
    comment on function shop.keep_stock() is
      'Applies movements to the stock positions: the ledger is the source. Refuses to take what is not there or is promised (SQLSTATE SH001).';

    create trigger keep_stock_on_insert after insert on shop.inventory_movements
      referencing new table as new_rows for each statement execute function shop.keep_stock();

    create function shop.keep_alerts() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if new.on_hand <= new.reorder_point then
        insert into shop.low_stock_alerts (product_id, warehouse_id, on_hand, reorder_point, raised_at)
        values (new.product_id, new.warehouse_id, new.on_hand, new.reorder_point, now())
        on conflict (product_id, warehouse_id) where resolved_at is null do nothing;
        perform pg_notify('low_stock', jsonb_build_object('product_id', new.product_id,
          'warehouse_id', new.warehouse_id, 'on_hand', new.on_hand)::text);
      else
        -- A transaction that began earlier can come later.
        update shop.low_stock_alerts set resolved_at = greatest(raised_at, now())
        where product_id = new.product_id and warehouse_id = new.warehouse_id
          and resolved_at is null;
      end if;
      return null;
    end $$;
    comment on function shop.keep_alerts() is
      'Raises an alert, and NOTIFY low_stock, when a position falls to its reorder point; resolves it when the stock has recovered.';

    -- By row: few of the positions that a set changes cross their reorder point.
    create trigger keep_alerts_on_insert after insert on shop.inventory
      for each row when (new.on_hand <= new.reorder_point) execute function shop.keep_alerts();
    create trigger keep_alerts_on_update after update of on_hand, reorder_point on shop.inventory
      for each row
      when ((old.on_hand <= old.reorder_point) is distinct from (new.on_hand <= new.reorder_point))
      execute function shop.keep_alerts();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.keep_alerts() cascade;
    drop function shop.keep_stock() cascade;
  `);
}
