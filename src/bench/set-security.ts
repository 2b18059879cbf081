import type pg from 'pg';
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
  state: RunRecord['target']['state'],
): Promise<void> {
  if (security.role === 'app') {
    await ensureRoles(client);
  }
  if (!security.rowLevel) return;
  if (state === 'in-place') {
    throw new CartloadError('LOGIC_DIFFERS', 'Row-level security is not switched on in place.', {
      hint: 'It is on a fresh clone only, which the embedded cluster makes: leave --target out.',
    });
  }
  await client.query('alter table shop.orders enable row level security');
}
