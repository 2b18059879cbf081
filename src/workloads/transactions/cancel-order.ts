import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly orderId: number;
}

const cancel = sqlStatement<Input, { refused: string | null }>(
  'cancel_order.cancel',
  'select shop.cancel_order(:orderId::bigint) as refused',
);

/** A shopper changes his mind before the parcel is sent: stock and money come back. */
export const cancelOrder: Transaction<Input> = {
  name: 'cancel_order',
  access: 'write',
  isOneStatement: true,
  statements: [cancel],
  input: (shopper) => ({ orderId: shopper.newOrder() }),
  async run(session, input) {
    const [answer] = await session.execute(cancel, input);
    return answer?.refused === null ? DONE : { kind: 'rejected', reason: 'wrong_status' };
  },
};
