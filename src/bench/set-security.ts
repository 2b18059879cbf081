import type pg from 'pg';
import type { Capabilities } from '../database/capabilities.ts';
import { ensureRoles } from '../database/roles.ts';
import { CartloadError } from '../errors.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import type { Security } from '../scenario/scenario.ts';

/**
 * Has the roles there that the clients work as, and row-level security where the scenario prices it:
 * on a clone that goes with the run only.
 *
 * @throws CartloadError BAD_TARGET where roles are missing and may not be made; LOGIC_DIFFERS where a
 * shop in place would have to be changed
 */
export async function setSecurity(
  client: pg.Client,
  security: Security,
  capabilities: Capabilities,
  state: RunRecord['target']['state'],
): Promise<void> {
  if (security.role === 'app') {
    if (capabilities.available.createRole) await ensureRoles(client);
    else await requireRole(client);
  }
  if (!security.rowLevel) return;
  if (state === 'in-place') {
    throw new CartloadError('LOGIC_DIFFERS', 'Row-level security is not switched on in place.', {
      hint: 'It is on a fresh clone only, which the embedded cluster makes: leave --target out.',
    });
  }
  await client.query('alter table shop.orders enable row level security');
}

async function requireRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ usable: boolean }>(
    `select coalesce(pg_has_role(to_regrole('shop_app'), 'member'), false) as usable`,
  );
  if (rows[0]?.usable === true) return;
  throw new CartloadError('BAD_TARGET', 'The role shop_app is not there for this user.', {
    hint: 'Have it made by somebody who may: npm run db -- roles.',
  });
}
