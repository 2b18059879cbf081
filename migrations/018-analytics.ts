import type { Knex } from 'knex';

/**
 * Five materialised views, each with a unique index, without which it could not be refreshed
 * concurrently. They measure from shop.today(), and count what was sold: orders from paid on.
 */
const VIEWS = {
  customer_segments: {
    comment:
      'Buyers by recency, frequency and money (RFM): a fifth each from 1 to 5, best last, and the segment that follows.',
    key: 'customer_id',
    query: `
      select customer_id, recency_days, orders, spend_cents, recency, frequency, money,
             case when recency >= 4 and frequency >= 4 and money >= 4 then 'champions'
                  when frequency >= 4 then 'loyal'
                  when recency >= 4 then 'new'
                  when recency <= 2 and money >= 4 then 'at risk'
                  when recency = 1 then 'lost'
                  else 'others' end as segment
      from (
        select customer_id, recency_days, orders, spend_cents,
               ntile(5) over (order by recency_days desc, customer_id) as recency,
               ntile(5) over (order by orders, customer_id) as frequency,
               ntile(5) over (order by spend_cents, customer_id) as money
        from (
          select customer_id,
                 greatest(0, extract(day from shop.today() - max(placed_at)))::integer as recency_days,
                 count(*) as orders, sum(total_cents)::bigint as spend_cents
          from shop.orders
          where status in ('paid', 'processing', 'shipped', 'delivered')
          group by customer_id
        ) buyer
      ) ranked`,
  },
  inventory_metrics: {
    comment: 'Stock of each product against its sales of the last four weeks.',
    key: 'product_id',
    query: `
      select i.product_id, i.on_hand, i.reserved, i.low_positions, coalesce(s.sold, 0) as sold_28_days,
             case when s.sold > 0 then round(28.0 * i.on_hand / s.sold, 1) end as cover_days
      from (
        select product_id, sum(on_hand)::bigint as on_hand, sum(reserved)::bigint as reserved,
               count(*) filter (where on_hand <= reorder_point) as low_positions
        from shop.inventory group by product_id
      ) i
      left join (
        select product_id, -sum(quantity)::bigint as sold
        from shop.inventory_movements
        where kind = 'sale' and occurred_at >= shop.today() - interval '28 days'
        group by product_id
      ) s on s.product_id = i.product_id`,
  },
  sales_performance: {
    comment: 'Sales by month (UTC) and country.',
    key: 'month, country_code',
    query: `
      select date_trunc('month', o.placed_at at time zone 'UTC')::date as month, a.country_code,
             count(*) as orders, count(distinct o.customer_id) as buyers,
             sum(o.total_cents)::bigint as revenue_cents, sum(o.discount_cents)::bigint as discount_cents,
             sum(o.tax_cents)::bigint as tax_cents
      from shop.orders o
      join shop.addresses a on a.id = o.shipping_address_id
      where o.status in ('paid', 'processing', 'shipped', 'delivered')
      group by 1, 2`,
  },
  product_performance: {
    comment: 'What each product has sold, earned and had back, and how it is rated.',
    key: 'product_id',
    query: `
      select p.id as product_id, p.category_id, p.name, coalesce(s.orders, 0) as orders,
             coalesce(s.pieces, 0) as pieces, coalesce(s.revenue_cents, 0) as revenue_cents,
             coalesce(s.revenue_cents - s.pieces * p.cost_cents, 0) as margin_cents,
             coalesce(s.pieces_returned, 0) as pieces_returned,
             round(p.rating_sum::numeric / nullif(p.rating_count, 0), 2) as rating, p.rating_count
      from shop.products p
      left join (
        select i.product_id, count(distinct i.order_id) as orders,
               sum(i.quantity) filter (where o.status not in ('cancelled', 'refunded'))::bigint as pieces,
               sum(i.line_total_cents) filter (where o.status not in ('cancelled', 'refunded'))::bigint
                 as revenue_cents,
               sum(i.quantity) filter (where o.status in ('cancelled', 'refunded'))::bigint
                 as pieces_returned
        from shop.order_items i
        join shop.orders o on o.id = i.order_id
        where o.status <> 'pending'
        group by i.product_id
      ) s on s.product_id = p.id`,
  },
  category_performance: {
    comment: 'What each category has sold, with all that lies below it.',
    key: 'category_id',
    query: `
      select c.id as category_id, c.path, c.depth, c.name, count(s.category_id) as leaves,
             coalesce(sum(s.pieces), 0)::bigint as pieces,
             coalesce(sum(s.revenue_cents), 0)::bigint as revenue_cents
      from shop.categories c
      left join (
        select p.category_id, leaf.path, sum(i.quantity) as pieces, sum(i.line_total_cents) as revenue_cents
        from shop.order_items i
        join shop.orders o on o.id = i.order_id
        join shop.products p on p.id = i.product_id
        join shop.categories leaf on leaf.id = p.category_id
        where o.status in ('paid', 'processing', 'shipped', 'delivered')
        group by p.category_id, leaf.path
      ) s on s.path = c.path or s.path like c.path || '.%'
      group by c.id, c.path, c.depth, c.name`,
  },
} as const;

export async function up(knex: Knex): Promise<void> {
  for (const [name, { comment, key, query }] of Object.entries(VIEWS)) {
    await knex.raw(`
      create materialized view shop.${name} as ${query} with no data;
      comment on materialized view shop.${name} is '${comment}';
      create unique index ${name}_key on shop.${name} (${key});
      comment on index shop.${name}_key is 'One row by its key; what a concurrent refresh needs.';
    `);
  }
  await knex.raw(`
    create table shop.analytics_refreshes (
      view_name text collate "C" primary key,
      refreshed_at timestamptz not null,
      duration_ms integer not null check (duration_ms >= 0)
    );
    comment on table shop.analytics_refreshes is 'When each materialised view was filled last, and how long that took.';
    comment on column shop.analytics_refreshes.refreshed_at is 'When the refresh began: what came later is not in the view.';
    comment on index shop.analytics_refreshes_pkey is 'State of one view.';

    create function shop.refresh_analytics(view_name text, beside_readers boolean default true) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      began timestamptz := clock_timestamp();
      is_filled boolean;
    begin
      select relispopulated into is_filled from pg_class
      where relnamespace = 'shop'::regnamespace and relkind = 'm' and relname = view_name;
      if is_filled is null then
        raise exception 'there is no materialised view shop.%', view_name using errcode = '42P01';
      end if;
      execute format('refresh materialized view %s shop.%I',
                     case when beside_readers and is_filled then 'concurrently' else '' end, view_name);
      insert into shop.analytics_refreshes as r (view_name, refreshed_at, duration_ms)
      values (refresh_analytics.view_name, began,
              extract(epoch from clock_timestamp() - began) * 1000)
      on conflict on constraint analytics_refreshes_pkey do update
      set refreshed_at = excluded.refreshed_at, duration_ms = excluded.duration_ms;
    end $$;
    comment on function shop.refresh_analytics(text, boolean) is
      'Fills one of the materialised views anew; beside readers (concurrently) they go on with the old rows meanwhile. The first time it cannot.';
    revoke execute on function shop.refresh_analytics(text, boolean) from public;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.refresh_analytics;
    drop table shop.analytics_refreshes;
    drop materialized view ${Object.keys(VIEWS)
      .map((name) => `shop.${name}`)
      .join(', ')};
  `);
}
