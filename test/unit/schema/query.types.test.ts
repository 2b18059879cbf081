import { expect, expectTypeOf, test } from 'vitest';
import { column, from, type ValueOf } from '../../../src/schema/query.ts';
import { bind, type Statement, sqlStatement, statement } from '../../../src/schema/statement.ts';

// Checked by tsc: an expected error that is none is an error itself. Nothing of it runs.
function typos(): void {
  // @ts-expect-error table
  from('order');
  // @ts-expect-error column in select
  from('orders').select('orders.totl_cents');
  // @ts-expect-error column without its table in select
  from('orders').select('total_cents');
  // @ts-expect-error column behind an alias
  from('orders').select('orders.totl_cents as total');
  // @ts-expect-error column of a table that is not in the query
  from('orders').select('customers.id');
  // @ts-expect-error column in where
  from('orders').where('orders.custmer_id', 1);
  // @ts-expect-error column in where with an operator
  from('orders').where('orders.custmer_id', '=', 1);
  // @ts-expect-error value of another type
  from('orders').where('orders.customer_id', 'one');
  // @ts-expect-error word that the column cannot hold
  from('orders').where('orders.status', '=', 'lost');
  // @ts-expect-error operator
  from('orders').where('orders.id', '=>', 1);
  // @ts-expect-error column in whereIn
  from('orders').whereIn('orders.idd', [1]);
  // @ts-expect-error joined table
  from('orders').join('costumers', 'customers.id', 'orders.customer_id');
  // @ts-expect-error column in join
  from('orders').join('customers', 'customers.idd', 'orders.customer_id');
  // @ts-expect-error column of the first table in join
  from('orders').leftJoin('customers', 'customers.id', 'orders.custmer_id');
  // @ts-expect-error column in orderBy
  from('orders').orderBy('orders.placed', 'desc');
  // @ts-expect-error column in groupBy
  from('orders').groupBy('orders.stat');
  // @ts-expect-error column in insert
  from('brands').insert({ nmae: 'Acme' });
  // @ts-expect-error type in insert
  from('brands').insert({ name: 1 });
  // @ts-expect-error column in update
  from('brands').update({ nmae: 'Acme' });
  // @ts-expect-error column of a joined table in returning
  from('orders').join('carts', 'carts.id', 'orders.cart_id').del().returning(['carts.id']);
  // @ts-expect-error column by itself
  column('orders.totl_cents');
  // @ts-expect-error parameter
  statement<{ id: number }, never>('s', (param) => from('orders').where('orders.id', param('idd')));
  const byId: Statement<{ id: number }, { total_cents: number }> = sqlStatement('by_id', ':id');
  // @ts-expect-error missing value
  bind(byId, {});
  // @ts-expect-error value of another type
  bind(byId, { id: 'one' });
  // @ts-expect-error statements with other rows are not the same
  const other: Statement<{ id: number }, { name: string }> = byId;
  void other;
}

test('what is right compiles', () => {
  expect(typos).toBeTypeOf('function');
  expectTypeOf<ValueOf<'orders.status'>>().toEqualTypeOf<
    'pending' | 'paid' | 'processing' | 'shipped' | 'delivered' | 'cancelled' | 'refunded'
  >();
  expectTypeOf<ValueOf<'orders.cart_id'>>().toEqualTypeOf<number | null>();
  expectTypeOf(column('orders.id')).toEqualTypeOf<'orders.id'>();
  const query = from('orders')
    .join('customers', 'customers.id', 'orders.customer_id')
    .leftJoin('carts', 'carts.id', 'orders.cart_id')
    .select(column('orders.id'), `${column('customers.email')} as email`)
    .where('carts.status', 'open')
    .whereNull('orders.coupon_id')
    .whereNotNull('carts.customer_id')
    .groupBy('orders.id', 'customers.email')
    .forUpdate();
  expect(query.toSQL().toNative().sql).toBe(
    'select "orders"."id", "customers"."email" as "email" from "shop"."orders"' +
      ' inner join "shop"."customers" on "customers"."id" = "orders"."customer_id"' +
      ' left join "shop"."carts" on "carts"."id" = "orders"."cart_id"' +
      ' where "carts"."status" = $1 and "orders"."coupon_id" is null' +
      ' and "carts"."customer_id" is not null' +
      ' group by "orders"."id", "customers"."email" for update',
  );
});
