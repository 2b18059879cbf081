import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly productIds: readonly number[];
  readonly warehouseIds: readonly number[];
  readonly quantities: readonly number[];
}

const receive = sqlStatement<Input, never>(
  'receive_stock.receive',
  'select shop.receive_stock(:productIds::bigint[], :warehouseIds::bigint[], :quantities::int[])',
);

const PIECES_A_LINE = 24;

/** A delivery of what sells: a basket of products, two dozen of each. */
export const receiveStock: Transaction<Input> = {
  name: 'receive_stock',
  access: 'write',
  isOneStatement: true,
  statements: [receive],
  input(shopper) {
    const lines = shopper.basket();
    return {
      productIds: lines.map((line) => line.productId),
      warehouseIds: lines.map((line) => line.warehouseId),
      quantities: lines.map((line) => PIECES_A_LINE * line.quantity),
    };
  },
  async run(session, input) {
    await session.execute(receive, input);
    return DONE;
  },
};
