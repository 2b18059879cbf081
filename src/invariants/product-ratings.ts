import type { Invariant } from './invariant.ts';

export const productRatings: Invariant = {
  name: 'product-ratings',
  question: 'Are the rating sum and count of every product those of its reviews?',
  violations: `
    select p.id as product_id, p.rating_sum, p.rating_count,
           coalesce(r.sum_of_ratings, 0) as sum_of_ratings, coalesce(r.reviews, 0) as reviews
    from shop.products p
    left join (
      select product_id, sum(rating) as sum_of_ratings, count(*) as reviews
      from shop.reviews
      group by product_id
    ) r on r.product_id = p.id
    where p.rating_sum <> coalesce(r.sum_of_ratings, 0)
       or p.rating_count <> coalesce(r.reviews, 0)`,
};
