import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

const ship = sqlStatement<object, { id: number | null }>(
  'ship_order.ship',
  'select shop.ship_order() as id',
);

/** A packer takes the order that has waited longest, past those that others are packing. */
export const shipOrder: Transaction<object> = {
  name: 'ship_order',
  access: 'write',
  isOneStatement: true,
  statements: [ship],
  input: () => ({}),
  async run(session) {
    const [shipped] = await session.execute(ship, {});
    return shipped?.id === null ? { kind: 'rejected', reason: 'nothing_to_ship' } : DONE;
  },
};
