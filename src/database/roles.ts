import type pg from 'pg';
import { CartloadError } from '../errors.ts';

/** Who may do what in the shop, least first. Rights are given by `shop.grant_rights()`. */
export const SHOP_ROLES = ['shop_readonly', 'shop_analyst', 'shop_app', 'shop_admin'] as const;

/**
 * Makes the shop's roles where they are missing, lets this session take them on, and gives them their
 * rights in this database. Roles belong to the whole server; none can log in.
 *
 * @returns those that were made
 * @throws CartloadError BAD_TARGET where some are missing and this role may make none
 */
export async function ensureRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; isMissing: boolean; mayCreate: boolean }>(
    `select name, to_regrole(name) is null as "isMissing",
            (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "mayCreate"
     from unnest($1::text[]) as name
     where to_regrole(name) is null or not pg_has_role(to_regrole(name), 'member')`,
    [SHOP_ROLES],
  );
  const missing = rows.filter(({ isMissing }) => isMissing).map(({ name }) => name);
  if (missing.length > 0 && rows[0]?.mayCreate !== true) {
    throw new CartloadError(
      'BAD_TARGET',
      `The roles ${missing.join(', ')} are missing, and this one may not make them: it lacks CREATEROLE.`,
      {
        hint: 'Have them made and granted to this user by somebody who may; then the same command gives them their rights.',
      },
    );
  }
  await client.query('begin');
  try {
    for (const name of missing) await client.query(`create role ${name} nologin`);
    // A superuser is a member of all.
    for (const { name } of rows) await client.query(`grant ${name} to current_user`);
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
