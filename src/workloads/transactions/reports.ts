import { AS_OF } from '../../schema/calendar.ts';
import { type Statement, sqlStatement } from '../../schema/statement.ts';
import type { Shopper } from '../shopper.ts';
import { DONE, type Transaction, type TransactionName } from '../transaction.ts';

interface Input {
  /** Where the generated history ends: reports measure from there. */
  readonly today: string;
  readonly productId: number;
}

const input = (shopper: Shopper): Input => ({
  today: AS_OF.toISOString(),
  productId: shopper.product(),
});

/** Of an order `o`: it counts as sold. */
const SOLD = `o.status in ('paid', 'processing', 'shipped', 'delivered')`;

/** Reports that are added up from the rows themselves, as an analyst asks them. */
const REPORTS: Partial<Record<TransactionName, string>> = {
  // Recency, frequency and money, a fifth each; how many buyers are in which cell.
  report_segments: `
    select recency, frequency, money, count(*) as buyers, sum(spend_cents)::bigint as spend_cents
    from (
      select ntile(5) over (order by last_at, customer_id) as recency,
             ntile(5) over (order by orders, customer_id) as frequency,
             ntile(5) over (order by spend_cents, customer_id) as money, spend_cents
      from (
        select customer_id, max(placed_at) as last_at, count(*) as orders, sum(total_cents) as spend_cents
        from shop.orders o where ${SOLD} and placed_at < :today::timestamptz
        group by customer_id
      ) buyer
    ) ranked
    group by recency, frequency, money`,
  // Of the buyers who came first in a month, how many bought again in each later month.
  report_cohorts: `
    select cohort, months_later, count(distinct customer_id) as buyers
    from (
      select customer_id, date_trunc('month', first_at)::date as cohort,
             (extract(year from age(date_trunc('month', placed_at), date_trunc('month', first_at))) * 12
               + extract(month from age(date_trunc('month', placed_at), date_trunc('month', first_at))))::int
               as months_later
      from (
        select customer_id, placed_at, min(placed_at) over (partition by customer_id) as first_at
        from shop.orders o where ${SOLD} and placed_at < :today::timestamptz
      ) purchase
    ) follow_up
    group by cohort, months_later`,
  report_products: `
    select p.id, p.name, s.pieces, s.revenue_cents, s.revenue_cents - s.pieces * p.cost_cents as margin_cents
    from (
      select i.product_id, sum(i.quantity) as pieces, sum(i.line_total_cents) as revenue_cents
      from shop.orders o join shop.order_items i on i.order_id = o.id
      where ${SOLD} and o.placed_at >= :today::timestamptz - interval '28 days'
      group by i.product_id
      order by revenue_cents desc
      limit 50
    ) s
    join shop.products p on p.id = s.product_id
    order by s.revenue_cents desc`,
  report_categories: `
    select top.name, sum(i.quantity) as pieces, sum(i.line_total_cents)::bigint as revenue_cents
    from shop.orders o
    join shop.order_items i on i.order_id = o.id
    join shop.products p on p.id = i.product_id
    join shop.categories leaf on leaf.id = p.category_id
    join shop.categories top on top.depth = 0 and leaf.path like top.path || '.%'
    where ${SOLD} and o.placed_at >= :today::timestamptz - interval '28 days'
    group by top.name
    order by revenue_cents desc`,
  // Each of the last 90 days beside the same weekday 52 weeks before.
  report_revenue: `
    select day, revenue_cents, lag(revenue_cents, 364) over (order by day) as year_before_cents,
           avg(revenue_cents) over (order by day rows between 6 preceding and current row)::bigint as mean_cents
    from (
      select day::date, coalesce(sum(o.total_cents), 0)::bigint as revenue_cents
      from generate_series(date_trunc('day', :today::timestamptz) - interval '454 days',
                           date_trunc('day', :today::timestamptz) - interval '1 day', interval '1 day') day
      left join shop.orders o on o.placed_at >= day and o.placed_at < day + interval '1 day' and ${SOLD}
      group by day
    ) daily
    order by day desc
    limit 90`,
  // What will be out of stock first: pieces on hand over the mean sales of the last four weeks.
  report_stock_cover: `
    select i.product_id, i.warehouse_id, i.on_hand, s.a_day, i.on_hand / s.a_day as cover_days,
           greatest(0, ceil(s.a_day * 28 - i.on_hand)) as to_order
    from (
      select product_id, warehouse_id, -sum(quantity) / 28.0 as a_day
      from shop.inventory_movements
      where kind = 'sale' and occurred_at >= :today::timestamptz - interval '28 days'
        and occurred_at < :today::timestamptz
      group by product_id, warehouse_id
    ) s
    join shop.inventory i on i.product_id = s.product_id and i.warehouse_id = s.warehouse_id
    order by cover_days
    limit 100`,
  report_bought_together: `
    select other.product_id, count(*) as times
    from shop.order_items mine
    join shop.order_items other on other.order_id = mine.order_id and other.product_id <> mine.product_id
    where mine.product_id = :productId
    group by other.product_id
    order by times desc, other.product_id
    limit 10`,
};

/** The same questions, answered by what is kept: materialised views, and the daily sales. */
const DASHBOARD: readonly Statement<object, object>[] = [
  sqlStatement<object, object>(
    'view_dashboard.segments',
    'select segment, count(*) as buyers from shop.customer_segments group by segment',
  ),
  sqlStatement<object, object>(
    'view_dashboard.products',
    'select product_id, pieces, revenue_cents, rating from shop.product_performance order by revenue_cents desc limit 20',
  ),
  sqlStatement<object, object>(
    'view_dashboard.categories',
    'select name, pieces, revenue_cents from shop.category_performance where depth = 0 order by revenue_cents desc',
  ),
  sqlStatement<object, object>(
    'view_dashboard.months',
    'select month, sum(revenue_cents) as revenue_cents from shop.sales_performance group by month order by month desc limit 12',
  ),
  sqlStatement<object, object>(
    'view_dashboard.stock',
    'select product_id, on_hand, cover_days from shop.inventory_metrics order by cover_days nulls last limit 20',
  ),
  sqlStatement<object, object>(
    'view_dashboard.days',
    `select day, sum(orders) as orders, sum(captured_cents - refunded_cents) as net_cents
     from shop.daily_sales group by day order by day desc limit 28`,
  ),
];

const viewDashboard: Transaction<object> = {
  name: 'view_dashboard',
  access: 'read',
  statements: DASHBOARD,
  input: () => ({}),
  async run(session) {
    for (const statement of DASHBOARD) await session.execute(statement, {});
    return DONE;
  },
};

/** Reports from the rows, and the dashboard from what is kept. */
export const reports: readonly Transaction<unknown>[] = [
  viewDashboard,
  ...Object.entries(REPORTS).map(([name, text]): Transaction<Input> => {
    const statement = sqlStatement<Input, object>(`${name}.rows`, text);
    return {
      name,
      access: 'read',
      statements: [statement],
      input,
      async run(session, values) {
        await session.execute(statement, values);
        return DONE;
      },
    };
  }),
];
