import type { Knex } from 'knex';

/**
 * Columns that are kept up from other rows, or secret, are not told: the first say nothing about who
 * did what, and the second would outlive their row here.
 */
const AUDITED = {
  products: ['rating_sum', 'rating_count', 'updated_at', 'search'],
  customers: ['password_hash', 'email_lower', 'lifetime_spend_cents', 'tier', 'updated_at'],
  coupons: ['times_used'],
  orders: [
    'subtotal_cents',
    'discount_cents',
    'shipping_cents',
    'tax_cents',
    'total_cents',
    'updated_at',
  ],
} as const;

/** Orders come by the thousand and are their own record; what happens to them afterwards is not. */
const EVENTS = ['insert', 'update', 'delete'] as const;
const eventsOf = (table: string) => (table === 'orders' ? EVENTS.slice(1) : EVENTS);

export async function up(knex: Knex): Promise<void> {
  const rows = { insert: 'new', update: 'old new', delete: 'old' } as const;
  const triggers = Object.entries(AUDITED).flatMap(([table, untold]) =>
    eventsOf(table).map((event) => {
      const referencing = rows[event].split(' ').map((when) => `${when} table as ${when}_rows`);
      return `create trigger keep_audit_on_${event} after ${event} on shop.${table}
        referencing ${referencing.join(' ')} for each statement
        execute function shop.keep_audit(${untold.map((column) => `'${column}'`).join(', ')});`;
    }),
  );
  await knex.raw(`
    create function shop.keep_audit() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      untold text[] := tg_argv[0:];
      actor text := coalesce(nullif(current_setting('shop.actor', true), ''), session_user);
    begin
      -- The rows that are alike on both sides, written as jsonb, tell nothing.
      if tg_op = 'INSERT' then
        insert into shop.audit_log (table_name, row_id, action, actor, changed, occurred_at)
        select tg_table_name, n.id, 'insert', actor,
               (select jsonb_object_agg(key, jsonb_build_array(null, value))
                from jsonb_each(to_jsonb(n) - untold)), now()
        from new_rows n;
      elsif tg_op = 'DELETE' then
        insert into shop.audit_log (table_name, row_id, action, actor, changed, occurred_at)
        select tg_table_name, o.id, 'delete', actor,
               (select jsonb_object_agg(key, jsonb_build_array(value, null))
                from jsonb_each(to_jsonb(o) - untold)), now()
        from old_rows o;
      else
        insert into shop.audit_log (table_name, row_id, action, actor, changed, occurred_at)
        select tg_table_name, n.id, 'update', actor, d.changed, now()
        from new_rows n
        join old_rows o on o.id = n.id
        cross join lateral (
          select jsonb_object_agg(key, jsonb_build_array(was.value, becomes.value)) as changed
          from jsonb_each(to_jsonb(o) - untold) was
          join jsonb_each(to_jsonb(n) - untold) becomes using (key)
          where was.value <> becomes.value
        ) d
        where d.changed is not null;
      end if;
      return null;
    end $$;
    comment on function shop.keep_audit() is
      'Writes down who changed what: the difference of each row, without the columns that are its arguments. The actor is the setting shop.actor, else the session''s user.';
    ${triggers.join('\n')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function shop.keep_audit() cascade');
}
