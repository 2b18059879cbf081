import { MOVEMENT_KINDS, type MovementKind } from '../../schema/tables.ts';
import { HISTORY_START_US } from '../calendar.ts';
import { WAREHOUSES_PER_PRODUCT } from '../catalogue.ts';
import { childPlace, createChildLayout } from '../child-layout.ts';
import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { isReturned, shortageFacts } from '../stock-book.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const KINDS = createTextPool(MOVEMENT_KINDS);

/**
 * Openings of all stock positions, then the sales, then the returns, then an adjustment and a receipt
 * for each shortage.
 */
export function createInventoryMovements(model: ShopModel): TableGenerator {
  const { stock, lines, zones, archetypes, catalogue, history, placedAt } = model;
  const returns = createChildLayout(
    zones,
    archetypes.lines.map((count, archetype) =>
      isReturned(archetypes.status[archetype] ?? 0) ? count : 0,
    ),
  );
  const firstSale = stock.positions;
  const firstReturn = firstSale + lines.layout.rowCount;
  const firstOfShortages = firstReturn + returns.rowCount;
  const place = childPlace();
  const shortage = shortageFacts();

  const write = (
    writer: RowWriter,
    row: number,
    product: number,
    warehouseIndex: number,
    kind: MovementKind,
    quantity: number,
    order: number,
    occurredUs: number,
  ): void => {
    writer.beginRow(7);
    writer.int8(row + 1);
    writer.int8(product + 1);
    writer.int8(catalogue.warehouseOf(product, warehouseIndex) + 1);
    writer.entry(KINDS, MOVEMENT_KINDS.indexOf(kind));
    writer.int4(quantity);
    if (order < 0) {
      writer.null();
    } else {
      writer.int8(order + 1);
    }
    writer.timestamp(occurredUs);
    writer.endRow();
  };

  return {
    table: 'inventory_movements',
    columns: columnsOf<'inventory_movements'>({
      id: 'int8',
      product_id: 'int8',
      warehouse_id: 'int8',
      kind: 'text',
      quantity: 'int4',
      order_id: 'int8',
      occurred_at: 'timestamptz',
    }),
    rowCount: firstOfShortages + 2 * stock.shortages,
    writeRow(writer, row) {
      if (row < firstSale) {
        const product = Math.floor(row / WAREHOUSES_PER_PRODUCT);
        const index = row - product * WAREHOUSES_PER_PRODUCT;
        write(writer, row, product, index, 'opening', stock.openingOf(row), -1, HISTORY_START_US);
        return;
      }
      if (row >= firstOfShortages) {
        const number = Math.floor((row - firstOfShortages) / 2);
        const isReceipt = (row - firstOfShortages) % 2 === 1;
        stock.readShortage(number, shortage);
        const { product, warehouseIndex, missing } = shortage;
        if (isReceipt) {
          write(writer, row, product, warehouseIndex, 'receipt', missing, -1, shortage.resolvedUs);
        } else {
          write(
            writer,
            row,
            product,
            warehouseIndex,
            'adjustment',
            -missing,
            -1,
            shortage.raisedUs,
          );
        }
        return;
      }
      const isSale = row < firstReturn;
      if (isSale) {
        lines.layout.locate(row - firstSale, place);
      } else {
        returns.locate(row - firstReturn, place);
      }
      const { block, archetype } = place;
      const line = isSale ? row - firstSale : lines.layout.rowOf(block, archetype, place.index);
      const order = zones.orderOf(block, archetype);
      const placedUs = placedAt(order);
      const product = lines.productOf(line);
      const index = lines.warehouseIndexOf(line);
      const quantity = lines.quantityOf(line);
      if (isSale) {
        write(writer, row, product, index, 'sale', -quantity, order, placedUs);
      } else {
        const returnedUs = history.lastTimeOf(order, archetype, placedUs);
        write(writer, row, product, index, 'return', quantity, order, returnedUs);
      }
    },
  };
}
