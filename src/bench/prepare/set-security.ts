import type pg from 'pg';
import { ensureRoles } from '../../database/roles.ts';
import { CartloadError } from '../../errors.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { Security } from '../../scenario/scenario.ts';

/**
 * Has the roles there that the clients work as, and row-level security where the scenario prices it:
 * both on a clone that goes with the run only. Roles belong to the whole server, and a server that is not
 * ours gets them by `db roles`, when its owner asks for it.
 *
 * @throws CartloadError BAD_TARGET where the role is missing in place; LOGIC_DIFFERS where a
 * shop in place would have to be changed
 */
export async function setSecurity(
  client: pg.Client,
  security: Security,
  state: RunRecord['target']['state'],
): Promise<void> {
  if (security.role === 'app') {
    if (state === 'fresh') await ensureRoles(client);
    else await requireAppRole(client);
  }
  if (!security.rowLevel) return;
  if (state === 'in-place') {
    throw new CartloadError('LOGIC_DIFFERS', 'Row-level security is not switched on in place.', {
      hint: 'It is on a fresh clone only, which the embedded cluster makes: leave --target out.',
    });
  }
  await client.query('alter table shop.orders enable row level security');
}

async function requireAppRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ isMember: boolean }>(
    `select coalesce(pg_has_role(to_regrole('shop_app'), 'member'), false) as "isMember"`,
  );
  if (rows[0]?.isMember === true) return;
  throw new CartloadError('BAD_TARGET', 'The role shop_app is not there for this user.', {
    hint: 'Make the roles first: npm run db -- roles --target URL.',
  });
}
