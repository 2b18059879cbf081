import { CART_STATUSES } from '../../schema/tables.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const STATUSES = createTextPool(CART_STATUSES);

export function createCarts(model: ShopModel): TableGenerator {
  const { carts } = model;
  return {
    table: 'carts',
    columns: columnsOf<'carts'>({
      id: 'int8',
      customer_id: 'int8',
      status: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    }),
    rowCount: carts.carts,
    writeRow(writer, row) {
      const customer = carts.customerOf(row);
      writer.beginRow(5);
      writer.int8(row + 1);
      if (customer < 0) {
        writer.null();
      } else {
        writer.int8(customer + 1);
      }
      writer.entry(STATUSES, carts.statusOf(row));
      writer.timestamp(carts.createdAt(row));
      writer.timestamp(carts.updatedAt(row));
      writer.endRow();
    },
  };
}
