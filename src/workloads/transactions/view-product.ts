import { from } from '../../schema/query.ts';
import { sqlStatement, statement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly productId: number;
}

const product = statement<Input, { id: number; name: string; price_cents: number }>(
  'view_product.product',
  (param) =>
    from('products')
      .join('brands', 'brands.id', 'products.brand_id')
      .select(
        'products.id',
        'products.name',
        'products.description',
        'products.price_cents',
        'products.attributes',
        'products.rating_sum',
        'products.rating_count',
        'brands.name as brand_name',
      )
      .where('products.id', param('productId')),
);

const stock = sqlStatement<Input, { available: number }>(
  'view_product.stock',
  `select coalesce(sum(on_hand - reserved), 0)::int as available
   from shop.inventory where product_id = :productId`,
);

const reviews = statement<Input, { id: number; rating: number; title: string }>(
  'view_product.reviews',
  (param) =>
    from('reviews')
      .select('reviews.id', 'reviews.rating', 'reviews.title', 'reviews.body', 'reviews.created_at')
      .where('reviews.product_id', param('productId'))
      .orderBy('reviews.created_at', 'desc')
      .orderBy('reviews.id', 'desc')
      .limit(5),
);

/** A product page: the product with its brand, what is in stock, its newest reviews. */
export const viewProduct: Transaction<Input> = {
  name: 'view_product',
  access: 'read',
  statements: [product, stock, reviews],
  input: (shopper) => ({ productId: shopper.product() }),
  async run(session, input) {
    await session.execute(product, input);
    await session.execute(stock, input);
    await session.execute(reviews, input);
    return DONE;
  },
};
