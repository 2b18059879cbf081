import { from } from '../../schema/query.ts';
import { sqlStatement, statement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly action: 'list' | 'get' | 'create' | 'update' | 'delete';
  readonly productId: number;
  /** Unique to the run and the arrival. */
  readonly token: string;
}

/** Only drafts that this API has made are deleted: products are discontinued. */
const OWN_SKU = 'API-';

const list = sqlStatement<Pick<Input, 'productId'>, { id: number; name: string }>(
  'product_crud.list',
  `select id, sku, name, price_cents, status from shop.products
   where id > :productId order by id limit 20`,
);

const get = statement<Pick<Input, 'productId'>, { id: number; name: string }>(
  'product_crud.get',
  (param) =>
    from('products')
      .select(
        'products.id',
        'products.sku',
        'products.name',
        'products.price_cents',
        'products.status',
      )
      .where('products.id', param('productId')),
);

const create = sqlStatement<Pick<Input, 'productId' | 'token'>, { id: number }>(
  'product_crud.create',
  `insert into shop.products (sku, slug, name, description, brand_id, category_id, price_cents,
     cost_cents, status, attributes, weight_grams, created_at, updated_at)
   select '${OWN_SKU}' || :token, 'api-' || :token, name, description, brand_id, category_id, price_cents,
          cost_cents, 'draft', attributes, weight_grams, now(), now()
   from shop.products where id = :productId
   returning id`,
);

const update = sqlStatement<Pick<Input, 'productId'>, { id: number }>(
  'product_crud.update',
  `update shop.products
   set attributes = attributes || jsonb_build_object('revised', now()::date), updated_at = now()
   where id = :productId returning id`,
);

const remove = sqlStatement<object, { id: number }>(
  'product_crud.delete',
  `delete from shop.products
   where id = (
     select id from shop.products
     where sku >= '${OWN_SKU}' and sku < 'API.' and status = 'draft'
     order by sku limit 1 for update skip locked)
   returning id`,
);

/** A product API at work: mostly lists and single products, now and then one made, changed or deleted. */
export const productCrud: Transaction<Input> = {
  name: 'product_crud',
  access: 'write',
  statements: [list, get, create, update, remove],
  input(shopper) {
    const draw = shopper.word() % 100;
    const action =
      draw < 40
        ? 'list'
        : draw < 80
          ? 'get'
          : draw < 88
            ? 'create'
            : draw < 96
              ? 'update'
              : 'delete';
    return { action, productId: shopper.product(), token: shopper.checkoutToken() };
  },
  async run(session, { action, productId, token }) {
    const found =
      action === 'list'
        ? await session.execute(list, { productId })
        : action === 'get'
          ? await session.execute(get, { productId })
          : action === 'create'
            ? await session.execute(create, { productId, token })
            : action === 'update'
              ? await session.execute(update, { productId })
              : await session.execute(remove, {});
    // A list may end, and there may be nothing to delete yet.
    return found.length > 0 || action === 'list' || action === 'delete'
      ? DONE
      : { kind: 'rejected', reason: 'not_for_sale' };
  },
};
