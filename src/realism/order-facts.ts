import { countsBySize, meanSize, numbers, one, type RealismClient, totalOf } from './query.ts';

export interface OrderFacts {
  /** Orders with 1, 2, ... lines. */
  readonly lines: readonly number[];
  /** Lines of 1, 2, ... pieces. */
  readonly quantities: readonly number[];
  /** Buyers with 1, 2, ... orders. */
  readonly buyers: readonly number[];
  /** Share of lines of a product that the customer has also bought in another line before. */
  readonly reordered: number;
  /** Rank correlation's plain cousin: how well customers' ids follow the time of signing up. */
  readonly idsByTime: number;
  readonly cancelled: number;
  readonly refunded: number;
  readonly withCoupon: number;
  /** Share of carts that became orders. */
  readonly cartsOrdered: number;
  /** Stars 1 to 5. */
  readonly ratings: readonly number[];
  /** Share of delivered lines that are reviewed. */
  readonly reviewed: number;
}

/** Baskets, customers and reviews. */
export async function measureOrders(client: RealismClient): Promise<OrderFacts> {
  const lines = await numbers<'size' | 'count'>(
    client,
    `select size, count(*) as count
     from (select count(*) as size from shop.order_items group by order_id) basket group by size`,
  );
  const quantities = await numbers<'size' | 'count'>(
    client,
    'select quantity as size, count(*) as count from shop.order_items group by quantity',
  );
  const buyers = await numbers<'size' | 'count'>(
    client,
    `select size, count(*) as count
     from (select count(*) as size from shop.orders group by customer_id) buyer group by size`,
  );
  // One customer in ten is enough, and keeps the sort small.
  const reorders = await one<'share'>(
    client,
    `select 1 - count(distinct (customer_id, product_id))::float8 / count(*) as share
     from shop.order_items item join shop.orders on orders.id = item.order_id
     where customer_id % 10 = 0`,
  );
  const ids = await one<'correlation'>(
    client,
    'select corr(id, extract(epoch from created_at)::float8) as correlation from shop.customers',
  );
  const statuses = await one<'cancelled' | 'refunded' | 'coupon'>(
    client,
    `select avg((status = 'cancelled')::int) as cancelled, avg((status = 'refunded')::int) as refunded,
            avg((coupon_id is not null)::int) as coupon
     from shop.orders`,
  );
  const carts = await one<'ordered'>(
    client,
    `select avg((status = 'converted')::int) as ordered from shop.carts`,
  );
  const ratings = await numbers<'size' | 'count'>(
    client,
    'select rating as size, count(*) as count from shop.reviews group by rating',
  );
  const lineCounts = countsBySize(lines);
  const ratingCounts = countsBySize([{ size: 5, count: 0 }, ...ratings]);
  return {
    lines: lineCounts,
    quantities: countsBySize(quantities),
    buyers: countsBySize(buyers),
    reordered: reorders.share,
    idsByTime: ids.correlation,
    cancelled: statuses.cancelled,
    refunded: statuses.refunded,
    withCoupon: statuses.coupon,
    cartsOrdered: carts.ordered,
    ratings: ratingCounts,
    reviewed: totalOf(ratingCounts) / (meanSize(lineCounts) * totalOf(lineCounts)),
  };
}
