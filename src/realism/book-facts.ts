import { COUNTRIES } from '../generators/data/places.ts';
import { one, type RealismClient } from './query.ts';

/** Numbers of rows that contradict others: each should be none. */
export interface BookFacts {
  readonly wrongTotals: number;
  readonly wrongPrices: number;
  readonly wrongOrderOfEvents: number;
  readonly soldAtALoss: number;
  readonly splitCities: number;
  /** Tiers whose highest spend is not under the lowest of the next tier. */
  readonly mixedTiers: number;
  /** Largest distance, over the countries, of their share of customers from the intended one. */
  readonly countryDistance: number;
  /** Share of customers whose name or street is not plain ASCII. */
  readonly beyondAscii: number;
}

const WRONG_TOTALS = `
  select count(*) as wrong
  from shop.orders
  join (select order_id, sum(line_total_cents) as lines from shop.order_items group by order_id) item
    on item.order_id = orders.id
  where subtotal_cents <> lines
     or total_cents <> subtotal_cents - discount_cents + shipping_cents + tax_cents`;

/** The price of each product between two changes, from the audit log; one product in ten. */
const WRONG_PRICES = `
  with change as (
    select row_id as product_id, occurred_at, (changed -> 'price_cents' ->> 0)::bigint as before,
           (changed -> 'price_cents' ->> 1)::bigint as after,
           lag(occurred_at) over steps as previous, lead(occurred_at) over steps as next
    from shop.audit_log
    where table_name = 'products' and changed ? 'price_cents' and row_id % 10 = 0
    window steps as (partition by row_id order by occurred_at, id)
  ), period as (
    select product_id, occurred_at as since, coalesce(next, 'infinity') as until, after as price from change
    union all
    select product_id, '-infinity', occurred_at, before from change where previous is null
  )
  select count(*) as wrong
  from shop.order_items item
  join shop.orders on orders.id = item.order_id
  join period on period.product_id = item.product_id and placed_at >= since and placed_at < until
  where item.unit_price_cents <> price`;

const WRONG_ORDER = `
  select count(*) as wrong
  from shop.shipments shipment
  join shop.payments payment on payment.order_id = shipment.order_id and payment.status = 'captured'
  join shop.orders on orders.id = shipment.order_id
  where captured_at < placed_at or shipped_at < captured_at or delivered_at < shipped_at`;

const AT_A_LOSS = `
  select count(*) as wrong
  from shop.order_items item join shop.products product on product.id = item.product_id
  where item.unit_price_cents <= product.cost_cents`;

const SPLIT_CITIES = `
  select count(*) as wrong
  from (select from shop.addresses group by country_code, city
        having count(distinct region) > 1) split`;

const MIXED_TIERS = `
  select count(*) as wrong
  from (select max(lifetime_spend_cents) as most,
               lead(min(lifetime_spend_cents)) over (order by min(lifetime_spend_cents)) as next_least
        from shop.customers group by tier) tier
  where most >= next_least`;

export async function measureBooks(client: RealismClient): Promise<BookFacts> {
  const countOf = async (sql: string) => (await one<'wrong'>(client, sql)).wrong;
  const shares = COUNTRIES.map(
    ({ locale, share }) => `abs(avg((locale = '${locale}')::int) - ${share / 1000})`,
  );
  const people = await one<'distance' | 'beyond'>(
    client,
    `select greatest(${shares.join(', ')}) as distance,
            avg((first_name || last_name ~ '[^ -~]')::int) as beyond
     from shop.customers`,
  );
  return {
    wrongTotals: await countOf(WRONG_TOTALS),
    wrongPrices: await countOf(WRONG_PRICES),
    wrongOrderOfEvents: await countOf(WRONG_ORDER),
    soldAtALoss: await countOf(AT_A_LOSS),
    splitCities: await countOf(SPLIT_CITIES),
    mixedTiers: await countOf(MIXED_TIERS),
    countryDistance: people.distance,
    beyondAscii: people.beyond,
  };
}
