import { describe, expect, test } from 'vitest';
import { attempt } from '../../../src/bench/clients/attempt.ts';
import type { PgSession } from '../../../src/database/pg-session.ts';
import type { Transaction } from '../../../src/workloads/transaction.ts';

/** A session that is cut off at ROLLBACK. */
function cutAtRollback(): PgSession {
  const session = {
    isLost: false,
    begin: async () => {},
    rollback: async () => {
      session.isLost = true;
      throw new Error('Connection terminated unexpectedly');
    },
  };
  return session as unknown as PgSession;
}

function checkoutThat(run: Transaction<null>['run']): Transaction<null> {
  return { name: 'checkout', access: 'write', statements: [], input: () => null, run };
}

const options = { isolation: 'read committed', identifies: false } as const;

describe('a connection that breaks at the rollback of a rejected checkout', () => {
  test('rejected by the server: it was rejected all the same', async () => {
    const error = new Error('refused by a trigger');
    const refused = Object.assign(error, { code: 'SH001', severity: 'ERROR' });
    const checkout = checkoutThat(() => Promise.reject(refused));
    expect(await attempt(cutAtRollback(), 'primary', checkout, null, options)).toEqual({
      kind: 'rejected',
      reason: 'out_of_stock',
    });
  });

  test('rejected by the application: likewise', async () => {
    const rejected = { kind: 'rejected', reason: 'out_of_stock' } as const;
    const checkout = checkoutThat(async () => rejected);
    expect(await attempt(cutAtRollback(), 'primary', checkout, null, options)).toEqual(rejected);
  });
});
