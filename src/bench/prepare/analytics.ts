import type pg from 'pg';
import type { FreshnessRecord } from '../../measurements/run-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { ANALYTICS_VIEWS } from '../../schema/tables.ts';

/** Whether anybody in the mix reads what is kept for reports, or fills it. */
export function usesAnalytics({ mix, transactions }: Scenario): boolean {
  const own = transactions.flatMap(({ statements }) => statements.map(({ text }) => text));
  return (
    mix['view_dashboard'] !== undefined ||
    mix['refresh_analytics'] !== undefined ||
    own.some((text) => ANALYTICS_VIEWS.some((view) => text.includes(view)))
  );
}

/** Fills the materialised views that have never been filled: nobody could read them. */
export async function fillViews(client: pg.Client): Promise<void> {
  for (const view of ANALYTICS_VIEWS) {
    await client.query(
      `select shop.refresh_analytics(relname) from pg_class
       where relnamespace = 'shop'::regnamespace and relname = $1 and not relispopulated`,
      [view],
    );
  }
}

/**
 * How far behind the rows each materialised view is, and their rival that triggers keep fresh: by the
 * age of the last refresh, and by the orders that have been placed since.
 */
export async function readFreshness(client: pg.Client): Promise<FreshnessRecord[]> {
  const { rows } = await client.query<FreshnessRecord>(
    `select view_name as name, round(1000 * extract(epoch from clock_timestamp() - refreshed_at))::int as "ageMs",
            (select count(*) from shop.orders where placed_at >= refreshed_at) as "ordersBehind",
            duration_ms as "refreshMs"
     from shop.analytics_refreshes
     union all
     select 'daily_sales', 0,
            (select count(*) from shop.payments where status = 'captured')
              - (select sum(orders) from shop.daily_sales)::bigint, null
     order by name`,
  );
  return rows.map((row) => ({ ...row, isKeptByTrigger: row.refreshMs === null }));
}
