import { logNormalSigma } from './normal.ts';
import { numbers, one, type RealismClient } from './query.ts';
import type { SharePoint } from './realism-report.ts';

export interface ProductFacts {
  readonly top1: number;
  readonly top20: number;
  readonly sigma: number;
  readonly popularity: readonly SharePoint[];
  readonly prices: readonly {
    readonly fromCents: number;
    readonly toCents: number;
    readonly products: number;
  }[];
  /** The upper quartile of prices over the lower one. */
  readonly priceQuartiles: number;
  /** Share of prices that end in 9 cents, and in 99. */
  readonly endIn9: number;
  readonly endIn99: number;
  /** Of the variance of the logarithm of prices, the share that lies between categories. */
  readonly explainedByCategory: number;
  readonly leavesPerBrand: number;
  readonly leaves: number;
  readonly margin: number;
  /** Share of order lines whose price is no longer today's. */
  readonly oldPrices: number;
}

const PRICE_BINS = 36;

/** Products that are or were on sale, from the best on, with what they and all better ones have sold. */
const RANKED = `
  with sold as (select product_id, count(*) as lines from shop.order_items group by product_id),
       offered as (
         select product.id, coalesce(sold.lines, 0) as lines
         from shop.products product left join sold on sold.product_id = product.id
         where product.status <> 'draft'
       )
  select row_number() over best as rank, count(*) over () as products,
         sum(lines) over (best rows unbounded preceding) as upto, sum(lines) over () as lines
  from offered window best as (order by lines desc, id)`;

/** Products, their popularity and their prices. */
export async function measureProducts(client: RealismClient): Promise<ProductFacts> {
  const shares = await one<'top1' | 'top20'>(
    client,
    `select max(upto::float8 / lines) filter (where rank <= ceil(0.01 * products)) as top1,
            max(upto::float8 / lines) filter (where rank <= ceil(0.2 * products)) as top20
     from (${RANKED}) ranked`,
  );
  const curve = await numbers<'product_share' | 'line_share'>(
    client,
    `select rank::float8 / products as product_share, upto::float8 / lines as line_share
     from (${RANKED}) ranked
     where rank % greatest(1, products / 100) = 0 or rank <= products / 100 and rank % greatest(1, products / 1000) = 0
     order by rank`,
  );
  const prices = await one<'least' | 'greatest' | 'quartiles' | 'ends9' | 'ends99' | 'margin'>(
    client,
    `select min(price_cents) as least, max(price_cents) as greatest,
            percentile_cont(0.75) within group (order by price_cents)
              / percentile_cont(0.25) within group (order by price_cents) as quartiles,
            avg((price_cents % 10 = 9)::int) as ends9, avg((price_cents % 100 = 99)::int) as ends99,
            1 - avg(cost_cents::float8 / price_cents) as margin
     from shop.products`,
  );
  const categories = await one<'between' | 'whole' | 'leaves'>(
    client,
    `with priced as (select category_id, ln(price_cents) as price from shop.products),
          means as (select category_id, count(*) as products, avg(price) as mean from priced group by category_id)
     select (select sum(products * (mean - (select avg(price) from priced)) ^ 2) / sum(products) from means) as between,
            (select var_pop(price) from priced) as whole, (select count(*) from means) as leaves`,
  );
  const brands = await one<'leaves'>(
    client,
    `select avg(leaves) as leaves
     from (select count(distinct category_id) as leaves from shop.products group by brand_id) brand`,
  );
  const old = await one<'share'>(
    client,
    `select avg((item.unit_price_cents <> product.price_cents)::int) as share
     from shop.order_items item join shop.products product on product.id = item.product_id`,
  );
  return {
    ...shares,
    sigma: logNormalSigma(0.2, shares.top20),
    popularity: curve.map(({ product_share, line_share }) => [product_share, line_share]),
    prices: await priceHistogram(client, prices.least, prices.greatest),
    priceQuartiles: prices.quartiles,
    endIn9: prices.ends9,
    endIn99: prices.ends99,
    explainedByCategory: categories.between / categories.whole,
    leavesPerBrand: brands.leaves,
    leaves: categories.leaves,
    margin: prices.margin,
    oldPrices: old.share,
  };
}

async function priceHistogram(client: RealismClient, least: number, greatest: number) {
  const low = Math.log(least);
  const width = (Math.log(greatest + 1) - low) / PRICE_BINS;
  const bins = await numbers<'bin' | 'products'>(
    client,
    `select floor((ln(price_cents::float8) - ${low}) / ${width}) as bin, count(*) as products
     from shop.products group by bin`,
  );
  const counts = new Map(bins.map(({ bin, products }) => [bin, products]));
  return Array.from({ length: PRICE_BINS }, (_, bin) => ({
    fromCents: Math.exp(low + bin * width),
    toCents: Math.exp(low + (bin + 1) * width),
    products: counts.get(bin) ?? 0,
  }));
}
