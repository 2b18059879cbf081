import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly orderId: number;
  /** Null: all of it. */
  readonly cents: number | null;
}

const refund = sqlStatement<Input, { refused: string | null }>(
  'refund_order.refund',
  'select shop.refund_order(:orderId::bigint, :cents::bigint) as refused',
);

/** Money for a delivered order goes back: mostly a part, sometimes all of it for the goods. */
export const refundOrder: Transaction<Input> = {
  name: 'refund_order',
  access: 'write',
  isOneStatement: true,
  statements: [refund],
  input: (shopper) => ({ orderId: shopper.order(), cents: shopper.chance(0.7) ? 100 : null }),
  async run(session, input) {
    const [answer] = await session.execute(refund, input);
    return answer?.refused === null ? DONE : { kind: 'rejected', reason: 'wrong_status' };
  },
};
