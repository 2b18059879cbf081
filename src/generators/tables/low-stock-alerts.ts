import { WAREHOUSES_PER_PRODUCT } from '../catalogue.ts';
import type { ShopModel } from '../shop-model.ts';
import { shortageFacts } from '../stock-book.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

/** One for each shortage of the past; none is open at AS_OF, where every position is well stocked. */
export function createLowStockAlerts(model: ShopModel): TableGenerator {
  const { stock, catalogue } = model;
  const shortage = shortageFacts();
  return {
    table: 'low_stock_alerts',
    columns: columnsOf<'low_stock_alerts'>({
      id: 'int8',
      product_id: 'int8',
      warehouse_id: 'int8',
      on_hand: 'int4',
      reorder_point: 'int4',
      raised_at: 'timestamptz',
      resolved_at: 'timestamptz',
    }),
    rowCount: stock.shortages,
    writeRow(writer, row) {
      stock.readShortage(row, shortage);
      const { product, warehouseIndex } = shortage;
      writer.beginRow(7);
      writer.int8(row + 1);
      writer.int8(product + 1);
      writer.int8(catalogue.warehouseOf(product, warehouseIndex) + 1);
      writer.int4(shortage.onHand);
      writer.int4(stock.reorderPointOf(product * WAREHOUSES_PER_PRODUCT + warehouseIndex));
      writer.timestamp(shortage.raisedUs);
      writer.timestamp(shortage.resolvedUs);
      writer.endRow();
    },
  };
}
