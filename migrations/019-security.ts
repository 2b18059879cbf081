import type { Knex } from 'knex';
import { dropExtension, ensureExtension } from '../src/database/extensions.ts';

/**
 * Rights of the four roles, least first. Roles belong to the whole server: `cartload db roles` makes them,
 * and this grants only to those that exist.
 */
const GRANTS = `
  create function shop.grant_rights() returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $fn$
  declare
    role_name text;
    grants text[];
  begin
    foreach role_name in array array['shop_readonly', 'shop_analyst', 'shop_app', 'shop_admin'] loop
      if to_regrole(role_name) is null then
        continue;
      end if;
      grants := array['usage on schema shop'] || case role_name
        -- Everything that is neither secret nor a trace of persons' doings.
        when 'shop_readonly' then array[
          'select on shop.brands, shop.categories, shop.products, shop.warehouses, shop.inventory, shop.low_stock_alerts, shop.coupons, shop.carts, shop.cart_items, shop.orders, shop.order_items, shop.order_status_history, shop.refunds, shop.shipments, shop.inventory_movements, shop.reviews, shop.addresses, shop.daily_sales',
          'select (id, email, email_lower, first_name, last_name, locale, tier, lifetime_spend_cents, marketing_opt_in, created_at, updated_at) on shop.customers',
          'select (id, order_id, method, status, amount_cents, card_last4, created_at, captured_at) on shop.payments']
        -- Sums over people, not people: no names, no addresses but their region.
        when 'shop_analyst' then array[
          'select on shop.brands, shop.categories, shop.products, shop.warehouses, shop.inventory, shop.coupons, shop.orders, shop.order_items, shop.order_status_history, shop.refunds, shop.shipments, shop.inventory_movements, shop.daily_sales, shop.analytics_refreshes, shop.customer_segments, shop.inventory_metrics, shop.sales_performance, shop.product_performance, shop.category_performance',
          'select (id, locale, tier, lifetime_spend_cents, marketing_opt_in, created_at) on shop.customers',
          'select (id, customer_id, city, region, country_code) on shop.addresses',
          'select (id, order_id, method, status, amount_cents, created_at, captured_at) on shop.payments',
          'execute on function shop.refresh_analytics(text, boolean)']
        -- What an application does itself; what triggers and functions keep up it may only read.
        when 'shop_app' then array[
          'select on shop.brands, shop.categories, shop.products, shop.warehouses, shop.inventory, shop.coupons, shop.carts, shop.cart_items, shop.orders, shop.order_items, shop.order_status_history, shop.refunds, shop.shipments, shop.inventory_movements, shop.reviews, shop.addresses',
          'select (id, email, email_lower, first_name, last_name, locale, tier, lifetime_spend_cents, marketing_opt_in, created_at, updated_at) on shop.customers',
          'select (id, order_id, method, status, amount_cents, card_last4, created_at, captured_at) on shop.payments',
          'insert, update, delete on shop.carts, shop.cart_items',
          'insert on shop.orders, shop.order_items, shop.payments, shop.inventory_movements, shop.reviews, shop.customers, shop.addresses',
          'update (status, updated_at) on shop.orders',
          'update (times_used) on shop.coupons',
          'update (email, password_hash, first_name, last_name, locale, marketing_opt_in, updated_at) on shop.customers',
          'execute on function shop.place_order(uuid, bigint, bigint[], bigint[], integer[], bigint, boolean, boolean, timestamptz, integer, text), shop.cancel_order(bigint)']
        -- The back office: every row, and no table's shape.
        else array[
          -- By name, not all tables: those would include the partitions, and with them those of the log.
          (select 'select, insert, update, delete on '
                    || string_agg(format('shop.%I', relname), ', ')
           from pg_class
           where relnamespace = 'shop'::regnamespace and relkind in ('r', 'p')
             and not relispartition and relname <> 'audit_log'),
          'select on shop.audit_log',
          'select on shop.customer_segments, shop.inventory_metrics, shop.sales_performance, shop.product_performance, shop.category_performance',
          'execute on all functions in schema shop']
        end;
      declare
        one text;
      begin
        foreach one in array grants loop
          execute format('grant %s to %I', one, role_name);
        end loop;
      end;
      if role_name = 'shop_app' and to_regprocedure('shop.verify_login(text, text)') is not null then
        grant execute on function shop.verify_login(text, text) to shop_app;
        grant execute on function shop.encrypt_card(text) to shop_app;
      end if;
      if role_name = 'shop_app' and not exists (
        select from pg_policy where polname = 'own_orders' and polrelid = 'shop.orders'::regclass)
      then
        create policy own_orders on shop.orders to shop_app
          using (customer_id = nullif(current_setting('shop.customer_id', true), '')::bigint);
        comment on policy own_orders on shop.orders is
          'An application sees and writes the orders of the customer in the setting shop.customer_id. At work where row-level security is switched on, by a scenario that prices it.';
      end if;
    end loop;
  end $fn$;
  comment on function shop.grant_rights() is
    'Gives the roles shop_readonly, shop_analyst, shop_app and shop_admin their rights, those of them that exist.';
  revoke execute on function shop.grant_rights() from public;`;

export async function up(knex: Knex): Promise<void> {
  const crypto = await ensureExtension(knex, 'pgcrypto');
  if (crypto !== null) {
    await knex.raw(`
      create function shop.verify_login(email text, password text) returns bigint
        stable language sql security definer set search_path = pg_catalog, pg_temp
      as $$
        select id from shop.customers
        where email_lower = lower(verify_login.email collate "C")
          and password_hash = ${crypto}.crypt(verify_login.password, password_hash)
      $$;
      comment on function shop.verify_login(text, text) is
        'The customer whom address and password belong to; null when they do not. Whoever may call it need not see a hash.';
      revoke execute on function shop.verify_login(text, text) from public;

      create function shop.encrypt_card(token text) returns bytea
        language sql security definer set search_path = pg_catalog, pg_temp
      as $$ select ${crypto}.pgp_sym_encrypt(token, current_setting('shop.card_key')) $$;
      comment on function shop.encrypt_card(text) is
        'A card token, encrypted with the key in the setting shop.card_key, which comes with the connection and so into no log.';
      revoke execute on function shop.encrypt_card(text) from public;

      create function shop.decrypt_card(token bytea) returns text
        stable language sql security definer set search_path = pg_catalog, pg_temp
      as $$ select ${crypto}.pgp_sym_decrypt(token, current_setting('shop.card_key')) $$;
      comment on function shop.decrypt_card(bytea) is 'The token again, for whoever has the key: the back office.';
      revoke execute on function shop.decrypt_card(bytea) from public;
    `);
  }
  await knex.raw(GRANTS);
  await knex.raw(`
    revoke execute on function shop.place_order, shop.cancel_order, shop.refund_order, shop.ship_order,
      shop.receive_stock from public;
    select shop.grant_rights();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop policy if exists own_orders on shop.orders;
    drop function shop.grant_rights();
    drop function if exists shop.decrypt_card(bytea);
    drop function if exists shop.encrypt_card(text);
    drop function if exists shop.verify_login(text, text);
    do $$ declare role_name text; begin
      foreach role_name in array array['shop_readonly', 'shop_analyst', 'shop_app', 'shop_admin'] loop
        if to_regrole(role_name) is not null then
          execute format('revoke all on all tables in schema shop from %I', role_name);
          execute format('revoke all on all functions in schema shop from %I', role_name);
          execute format('revoke all on schema shop from %I', role_name);
        end if;
      end loop;
    end $$;
  `);
  await dropExtension(knex, 'pgcrypto');
}
