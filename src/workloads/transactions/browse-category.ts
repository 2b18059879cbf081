import { from } from '../../schema/query.ts';
import { statement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly categoryId: number;
}

const category = statement<Input, { id: number; name: string; path: string }>(
  'browse_category.category',
  (param) =>
    from('categories')
      .select('categories.id', 'categories.name', 'categories.path', 'categories.depth')
      .where('categories.id', param('categoryId')),
);

const page = statement<Input, { id: number; name: string; price_cents: number }>(
  'browse_category.page',
  (param) =>
    from('products')
      .select(
        'products.id',
        'products.slug',
        'products.name',
        'products.price_cents',
        'products.rating_sum',
        'products.rating_count',
      )
      .where('products.category_id', param('categoryId'))
      .where('products.status', 'active')
      .orderBy('products.rating_count', 'desc')
      .orderBy('products.id')
      .limit(24),
);

/** The first page of a category, best known products first. */
export const browseCategory: Transaction<Input> = {
  name: 'browse_category',
  access: 'read',
  statements: [category, page],
  input: (shopper) => ({ categoryId: shopper.category() }),
  async run(session, input) {
    await session.execute(category, input);
    await session.execute(page, input);
    return DONE;
  },
};
