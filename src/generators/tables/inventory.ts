import { WAREHOUSES_PER_PRODUCT } from '../catalogue.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

export function createInventory(model: ShopModel): TableGenerator {
  const { stock, catalogue } = model;
  const now = { onHand: 0, lastMovedUs: 0 };
  return {
    table: 'inventory',
    columns: columnsOf<'inventory'>({
      product_id: 'int8',
      warehouse_id: 'int8',
      on_hand: 'int4',
      reserved: 'int4',
      reorder_point: 'int4',
      updated_at: 'timestamptz',
    }),
    rowCount: stock.positions,
    writeRow(writer, row) {
      const product = Math.floor(row / WAREHOUSES_PER_PRODUCT);
      stock.readStock(row, now);
      writer.beginRow(6);
      writer.int8(product + 1);
      writer.int8(catalogue.warehouseOf(product, row - product * WAREHOUSES_PER_PRODUCT) + 1);
      writer.int4(now.onHand);
      // An order takes its pieces when it is placed; between checkouts nothing is held back.
      writer.int4(0);
      writer.int4(stock.reorderPointOf(row));
      writer.timestamp(now.lastMovedUs);
      writer.endRow();
    },
  };
}
