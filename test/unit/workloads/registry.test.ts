import { expect, test } from 'vitest';
import { DATABASE_LOGIC } from '../../../src/schema/duties.ts';
import { createTransactions } from '../../../src/workloads/registry.ts';
import { TRANSACTION_NAMES } from '../../../src/workloads/transaction.ts';

test.each(['statements', 'pipelined', 'procedure'] as const)(
  'every name has its transaction, in the order of the names: %s',
  (strategy) => {
    const transactions = createTransactions({
      strategy,
      lockOrder: 'sorted',
      payment: 'paypal',
      logic: DATABASE_LOGIC,
    });
    expect([...transactions.keys()]).toEqual(TRANSACTION_NAMES);
  },
);
