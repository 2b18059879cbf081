import type { Knex } from 'knex';
import { COUNTRIES } from '../src/generators/data/places.ts';
import { FREE_SHIPPING_CENTS, TIER_CENTS } from '../src/generators/money.ts';
import { CUSTOMER_TIERS } from '../src/schema/tables.ts';

/**
 * The shop's rules as functions of the server: the same as in `src/generators/money.ts`, so that the
 * rows of the history, of an application and of a trigger agree to the cent. A test compares them.
 */
export async function up(knex: Knex): Promise<void> {
  const byCountry = (value: (country: (typeof COUNTRIES)[number]) => number) =>
    COUNTRIES.map((country) => `when '${country.code}' then ${value(country)}`).join(' ');
  const tiers = TIER_CENTS.map((cents, i) => `when $1 < ${cents} then '${CUSTOMER_TIERS[i]}'`);
  await knex.raw(`
    create function shop.today() returns timestamptz
      stable language sql
      return coalesce(nullif(current_setting('shop.today', true), '')::timestamptz, now());
    comment on function shop.today() is
      'The moment from which analytics measure: the setting shop.today, else now. The generated history ends at a fixed day.';

    create function shop.discount_cents(kind text, value bigint, subtotal_cents bigint) returns bigint
      immutable parallel safe language sql
      return case kind when 'percent' then (subtotal_cents * value + 5000) / 10000
                       when 'fixed' then least(value, subtotal_cents) end;
    comment on function shop.discount_cents(text, bigint, bigint) is
      'What a coupon takes off, in cents: half a cent rounds up, and never more than the subtotal. Null without a coupon.';

    create function shop.shipping_cents(country_code text, goods_cents bigint) returns bigint
      immutable parallel safe language sql
      return case when goods_cents >= ${FREE_SHIPPING_CENTS} then 0
                  else case country_code collate "C" ${byCountry((country) => country.shippingCents)} end end;
    comment on function shop.shipping_cents(text, bigint) is
      'Shipping to a country, in cents; nothing for goods of ${FREE_SHIPPING_CENTS / 100} euros and more. Null for a country that the shop does not ship to.';

    create function shop.tax_cents(country_code text, goods_cents bigint) returns bigint
      immutable parallel safe language sql
      return (goods_cents
        * case country_code collate "C" ${byCountry((country) => country.taxBasisPoints)} end + 5000) / 10000;
    comment on function shop.tax_cents(text, bigint) is
      'Tax on goods, in cents, not on shipping: half a cent rounds up. Null for a country that the shop does not ship to.';

    create function shop.tier_of(spend_cents bigint) returns text
      immutable parallel safe language sql
      return case ${tiers.join(' ').replaceAll('$1', 'spend_cents')} else '${CUSTOMER_TIERS.at(-1)}' end;
    comment on function shop.tier_of(bigint) is 'The tier of a customer who has spent so much.';

    create function shop.keeps(duty text) returns boolean
      stable language sql
      return exists (
        select from pg_catalog.pg_trigger
        where tgrelid = case duty collate "C"
                when 'totals' then 'shop.order_items'::regclass
                when 'history' then 'shop.orders'::regclass
                when 'stock' then 'shop.inventory_movements'::regclass
                when 'alerts' then 'shop.inventory'::regclass
                when 'ratings' then 'shop.reviews'::regclass
                when 'audit' then 'shop.products'::regclass
                else 'shop.payments'::regclass
              end
          and tgname = ('keep_' || duty || '_on_insert')::name
          and tgenabled <> 'D');
    comment on function shop.keeps(text) is
      'Whether triggers keep this up: totals, stock, spend, ratings, history, alerts, sales or audit. Where they do not, whoever writes has to.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.keeps(text);
    drop function shop.tier_of(bigint);
    drop function shop.tax_cents(text, bigint);
    drop function shop.shipping_cents(text, bigint);
    drop function shop.discount_cents(text, bigint, bigint);
    drop function shop.today();
  `);
}
