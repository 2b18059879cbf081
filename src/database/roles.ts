import type pg from 'pg';

/** Who may do what in the shop, least first. Rights are given by `shop.grant_rights()`. */
export const SHOP_ROLES = ['shop_readonly', 'shop_analyst', 'shop_app', 'shop_admin'] as const;

/**
 * Makes the shop's roles where they are missing, lets this session take them on, and gives them their
 * rights in this database. Roles belong to the whole server; none can log in.
 *
 * @returns those that were made
 */
export async function ensureRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) as name where to_regrole(name) is null',
    [SHOP_ROLES],
  );
  const missing = rows.map(({ name }) => name);
  await client.query('begin');
  try {
    for (const name of missing) await client.query(`create role ${name} nologin`);
    for (const name of SHOP_ROLES) await client.query(`grant ${name} to current_user`);
    await client.query(
      `do $$ begin
         if to_regprocedure('shop.grant_rights()') is not null then perform shop.grant_rights(); end if;
       end $$`,
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
  return missing;
}
