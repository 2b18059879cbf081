import { childPlace } from '../child-layout.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

export function createOrderItems(model: ShopModel): TableGenerator {
  const { lines, zones, catalogue, prices } = model;
  const place = childPlace();
  return {
    table: 'order_items',
    columns: columnsOf<'order_items'>({
      id: 'int8',
      order_id: 'int8',
      line_number: 'int4',
      product_id: 'int8',
      warehouse_id: 'int8',
      quantity: 'int4',
      unit_price_cents: 'int8',
      line_total_cents: 'int8',
    }),
    rowCount: lines.layout.rowCount,
    writeRow(writer, row) {
      lines.layout.locate(row, place);
      const rank = lines.rankOf(row);
      const product = catalogue.productAt(rank);
      const quantity = lines.quantityOf(row);
      const order = zones.orderOf(place.block, place.archetype);
      const price = prices.priceInOrder(rank, order);
      writer.beginRow(8);
      writer.int8(row + 1);
      writer.int8(order + 1);
      writer.int4(place.index + 1);
      writer.int8(product + 1);
      writer.int8(catalogue.warehouseOf(product, lines.warehouseIndexOf(row)) + 1);
      writer.int4(quantity);
      writer.int8(price);
      writer.int8(quantity * price);
      writer.endRow();
    },
  };
}
