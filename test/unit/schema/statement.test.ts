import { describe, expect, test } from 'vitest';
import { from, sql } from '../../../src/schema/query.ts';
import { bind, sqlStatement, statement } from '../../../src/schema/statement.ts';

describe('sqlStatement', () => {
  test('numbers parameters by first use, the same name once', () => {
    const taken = sqlStatement<{ quantity: number; id: number }, { on_hand: number }>(
      'take',
      `update shop.inventory set on_hand = on_hand - :quantity
       where product_id = :id and on_hand >= :quantity`,
    );
    expect(taken.text).toBe(
      `update shop.inventory set on_hand = on_hand - $1
       where product_id = $2 and on_hand >= $1`,
    );
    expect(taken.parameters).toEqual(['quantity', 'id']);
    expect(bind(taken, { id: 7, quantity: 2 })).toEqual([2, 7]);
  });

  test('casts and literals survive', () => {
    const { text, parameters } = sqlStatement<{ ids: number[] }, never>(
      'cast',
      `select ':ids', "a:ids" from unnest(:ids::bigint[]) where t = '12:30'::time`,
    );
    expect(text).toBe(`select ':ids', "a:ids" from unnest($1::bigint[]) where t = '12:30'::time`);
    expect(parameters).toEqual(['ids']);
  });

  test('a numbered parameter is refused', () => {
    expect(() => sqlStatement('numbered', 'select $1')).toThrow('numbered: $1 has no name');
  });

  test.each([
    ['', /1 to 63/],
    ['x'.repeat(64), /1 to 63/],
    ['é'.repeat(32), /1 to 63/],
  ])('the name "%s" is refused', (name, message) => {
    expect(() => sqlStatement(name, 'select 1')).toThrow(message);
    expect(() => statement(name, () => from('brands'))).toThrow(message);
  });
});

describe('statement', () => {
  test('qualifies tables with the schema and numbers parameters', () => {
    const page = statement<{ category: number; rating: number }, { id: number }>('page', (param) =>
      from('products')
        .join('brands', 'brands.id', 'products.brand_id')
        .select('products.id', 'brands.name as brand')
        .where('products.rating_count', '>', param('rating'))
        .where('products.category_id', param('category'))
        .where('brands.id', '>', param('category'))
        .orderBy('products.rating_count', 'desc')
        .limit(24),
    );
    expect(page.text).toBe(
      'select "products"."id", "brands"."name" as "brand" from "shop"."products"' +
        ' inner join "shop"."brands" on "brands"."id" = "products"."brand_id"' +
        ' where "products"."rating_count" > $1 and "products"."category_id" = $2' +
        ' and "brands"."id" > $2 order by "products"."rating_count" desc limit 24',
    );
    expect(page.parameters).toEqual(['rating', 'category']);
    expect(bind(page, { category: 3, rating: 10 })).toEqual([10, 3]);
  });

  test('constants become literals, quoted', () => {
    const { text, parameters } = statement<{ id: number }, never>('constants', (param) =>
      from('products')
        .select('products.id')
        .where('products.status', 'active')
        .where('products.slug', `it's $1 \\ :id`)
        .where('products.created_at', '<', new Date('2025-01-01T00:00:00Z'))
        .whereIn('products.rating_count', [1, 2])
        .where('products.id', param('id'))
        .limit(5),
    );
    expect(text).toBe(
      `select "products"."id" from "shop"."products" where "products"."status" = 'active'` +
        ` and "products"."slug" =  E'it''s $1 \\\\ :id'` +
        ` and "products"."created_at" < '2025-01-01T00:00:00.000Z'` +
        ' and "products"."rating_count" in (1, 2) and "products"."id" = $1 limit 5',
    );
    expect(parameters).toEqual(['id']);
  });

  test('a cast follows the parameter, in raw SQL too', () => {
    const { text, parameters } = statement<{ ids: number[]; name: string }, never>('raw', (param) =>
      sql.raw('select ?? from unnest(?) as t (id) where ?', [
        't.id',
        param('ids', 'bigint[]'),
        param('name', 'text') as never,
      ]),
    );
    expect(text).toBe('select "t"."id" from unnest($1::bigint[]) as t (id) where $2::text');
    expect(parameters).toEqual(['ids', 'name']);
  });

  test('insert, update and delete', () => {
    const insert = statement<{ code: string }, { id: number }>('insert', (param) =>
      from('warehouses')
        .insert({ code: param('code'), name: 'North', city: 'Kiel', country_code: 'DE' })
        .returning(['warehouses.id']),
    );
    expect(insert.text).toBe(
      `insert into "shop"."warehouses" ("city", "code", "country_code", "name")` +
        ` values ('Kiel', $1, 'DE', 'North') returning "warehouses"."id"`,
    );
    const update = statement<{ id: number; by: number }, never>('update', (param) =>
      from('inventory')
        .where('inventory.product_id', param('id'))
        .update({ on_hand: sql.raw('on_hand - ?', [param('by')]) }),
    );
    expect(update.text).toBe(
      'update "shop"."inventory" set "on_hand" = on_hand - $1 where "inventory"."product_id" = $2',
    );
    expect(update.parameters).toEqual(['by', 'id']);
    const del = statement<{ id: number }, never>('delete', (param) =>
      from('carts').where('carts.id', param('id')).del(),
    );
    expect(del.text).toBe('delete from "shop"."carts" where "carts"."id" = $1');
  });

  test('a value that has no literal form is refused', () => {
    expect(() =>
      statement('object', () => from('products').where('products.attributes', { a: 1 })),
    ).toThrow('statement object');
    expect(() => statement('infinite', () => from('brands').where('brands.id', NaN))).toThrow(
      'NaN cannot be written as a literal',
    );
  });

  test('a :name in raw SQL is refused', () => {
    expect(() => statement('colon', () => sql.raw('select :id'))).toThrow(`param('id')`);
  });
});

describe('bind', () => {
  const one = sqlStatement<{ id: number; note: string | null }, never>('one', 'select :id, :note');

  test('null is a value', () => {
    expect(bind(one, { id: 1, note: null })).toEqual([1, null]);
  });

  test('a missing value is refused by name', () => {
    expect(() => bind(one, { id: 1 } as never)).toThrow('statement one: no value for note');
  });
});
