import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function shop.add_spend(order_ids bigint[], cents bigint[]) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      perform from shop.customers c
      where c.id in (select o.customer_id from shop.orders o where o.id = any (order_ids))
      order by c.id for no key update of c;
      update shop.customers c
      set lifetime_spend_cents = c.lifetime_spend_cents + s.cents,
          tier = shop.tier_of(c.lifetime_spend_cents + s.cents),
          updated_at = greatest(c.updated_at, now())
      from (
        select o.customer_id, sum(m.cents)::bigint as cents
        from unnest(order_ids, cents) as m (order_id, cents)
        join shop.orders o on o.id = m.order_id
        group by o.customer_id
      ) s
      where c.id = s.customer_id and s.cents <> 0;
    end $$;
    comment on function shop.add_spend(bigint[], bigint[]) is
      'Adds cents to the lifetime spend of the customers of orders, and puts them into their tier.';
    revoke execute on function shop.add_spend(bigint[], bigint[]) from public;

    create function shop.keep_spend() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    begin
      if tg_table_name = 'refunds' then
        perform shop.add_spend(array_agg(order_id), array_agg(-amount_cents)) from new_rows;
      elsif tg_op = 'INSERT' then
        perform shop.add_spend(array_agg(order_id), array_agg(amount_cents))
        from new_rows where status = 'captured' having count(*) > 0;
      else
        perform shop.add_spend(array_agg(order_id), array_agg(cents))
        from (
          select order_id, amount_cents as cents from new_rows where status = 'captured'
          union all
          select order_id, -amount_cents from old_rows where status = 'captured'
        ) change
        having count(*) > 0;
      end if;
      return null;
    end $$;
    comment on function shop.keep_spend() is
      'Makes the lifetime spend of a customer his captured payments less his refunds, and his tier the one of this spend.';

    create trigger keep_spend_on_insert after insert on shop.payments
      referencing new table as new_rows for each statement execute function shop.keep_spend();
    create trigger keep_spend_on_update after update on shop.payments
      referencing old table as old_rows new table as new_rows
      for each statement execute function shop.keep_spend();
    create trigger keep_spend_on_insert after insert on shop.refunds
      referencing new table as new_rows for each statement execute function shop.keep_spend();

    create function shop.keep_ratings() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan as $$
    declare
      product_ids bigint[];
      ratings integer[];
      counts integer[];
    begin
      if tg_op = 'INSERT' then
        select array_agg(product_id), array_agg(rating::integer), array_agg(1)
        into product_ids, ratings, counts from new_rows;
      elsif tg_op = 'DELETE' then
        select array_agg(product_id), array_agg(-rating::integer), array_agg(-1)
        into product_ids, ratings, counts from old_rows;
      else
        select array_agg(product_id), array_agg(rating), array_agg(count)
        into product_ids, ratings, counts
        from (
          select product_id, rating::integer as rating, 1 as count from new_rows
          union all
          select product_id, -rating, -1 from old_rows
        ) change;
      end if;
      perform from shop.products where id = any (product_ids) order by id for no key update;
      update shop.products p
      set rating_sum = p.rating_sum + r.rating, rating_count = p.rating_count + r.count,
          updated_at = greatest(p.updated_at, now())
      from (
        select product_id, sum(rating)::integer as rating, sum(count)::integer as count
        from unnest(product_ids, ratings, counts) as change (product_id, rating, count)
        group by product_id
      ) r
      where p.id = r.product_id and (r.rating, r.count) <> (0, 0);
      return null;
    end $$;
    comment on function shop.keep_ratings() is
      'Makes the rating sum and count of a product those of its reviews.';

    create trigger keep_ratings_on_insert after insert on shop.reviews
      referencing new table as new_rows for each statement execute function shop.keep_ratings();
    create trigger keep_ratings_on_update after update on shop.reviews
      referencing old table as old_rows new table as new_rows
      for each statement execute function shop.keep_ratings();
    create trigger keep_ratings_on_delete after delete on shop.reviews
      referencing old table as old_rows for each statement execute function shop.keep_ratings();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.keep_ratings() cascade;
    drop function shop.keep_spend() cascade;
    drop function shop.add_spend(bigint[], bigint[]);
  `);
}
