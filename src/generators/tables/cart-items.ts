import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

export function createCartItems(model: ShopModel): TableGenerator {
  const { carts, prices, spec } = model;
  const quantityKey = columnKey(spec.seed, 'cart_items', 'quantity');
  return {
    table: 'cart_items',
    columns: columnsOf<'cart_items'>({
      id: 'int8',
      cart_id: 'int8',
      product_id: 'int8',
      quantity: 'int4',
      unit_price_cents: 'int8',
      added_at: 'timestamptz',
    }),
    rowCount: carts.items,
    writeRow(writer, row) {
      const cart = carts.cartOfItem(row);
      const product = carts.productOf(row);
      const addedUs = carts.addedAt(cart, carts.itemIndexOf(row));
      writer.beginRow(6);
      writer.int8(row + 1);
      writer.int8(cart + 1);
      writer.int8(product + 1);
      // Three in four single pieces.
      writer.int4(Math.max(1, bounded(cell(quantityKey, row), 12) - 7));
      writer.int8(prices.priceAt(product, addedUs));
      writer.timestamp(addedUs);
      writer.endRow();
    },
  };
}
