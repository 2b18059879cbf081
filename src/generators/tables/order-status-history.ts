import { ORDER_STATUSES } from '../../schema/tables.ts';
import { childPlace, createChildLayout } from '../child-layout.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const STATUSES = createTextPool(ORDER_STATUSES);

export function createOrderStatusHistory(model: ShopModel): TableGenerator {
  const { zones, archetypes, history, placedAt } = model;
  const layout = createChildLayout(
    zones,
    archetypes.status.map((_, archetype) => history.pathOf(archetype).length),
  );
  const place = childPlace();
  return {
    table: 'order_status_history',
    columns: columnsOf<'order_status_history'>({
      id: 'int8',
      order_id: 'int8',
      from_status: 'text',
      to_status: 'text',
      changed_at: 'timestamptz',
    }),
    rowCount: layout.rowCount,
    writeRow(writer, row) {
      layout.locate(row, place);
      const { archetype, index } = place;
      const order = zones.orderOf(place.block, archetype);
      const path = history.pathOf(archetype);
      writer.beginRow(5);
      writer.int8(row + 1);
      writer.int8(order + 1);
      if (index === 0) {
        writer.null();
      } else {
        writer.entry(STATUSES, path[index - 1] ?? 0);
      }
      writer.entry(STATUSES, path[index] ?? 0);
      writer.timestamp(history.timeOf(order, archetype, placedAt(order), index));
      writer.endRow();
    },
  };
}
