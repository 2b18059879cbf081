import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { AS_OF_US, DAY_US, HOUR_US } from '../calendar.ts';
import { childPlace, createChildLayout } from '../child-layout.ts';
import { STATUS } from '../order-archetypes.ts';
import { orderFacts } from '../order-book.ts';
import { createPaymentLayout } from '../payment-layout.ts';
import type { ShopModel } from '../shop-model.ts';
import { laterWithin } from '../skewed.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

/** All of the money of a refunded order, part of it for some delivered ones. */
export function createRefunds(model: ShopModel): TableGenerator {
  const { pools, zones, archetypes, orders, history, placedAt, spec } = model;
  const payments = createPaymentLayout(model);
  const layout = createChildLayout(
    zones,
    archetypes.status.map((status, archetype) =>
      status === STATUS.refunded ? 1 : (archetypes.partlyRefunded[archetype] ?? 0),
    ),
  );
  const reasonKey = columnKey(spec.seed, 'refunds', 'reason');
  const createdKey = columnKey(spec.seed, 'refunds', 'created_at');
  const place = childPlace();
  const facts = orderFacts();
  return {
    table: 'refunds',
    columns: columnsOf<'refunds'>({
      id: 'int8',
      order_id: 'int8',
      payment_id: 'int8',
      amount_cents: 'int8',
      reason: 'text',
      created_at: 'timestamptz',
    }),
    rowCount: layout.rowCount,
    writeRow(writer, row) {
      layout.locate(row, place);
      const { block, archetype } = place;
      orders.readAt(block, archetype, facts);
      const isWhole = facts.status === STATUS.refunded;
      const reasons = isWhole ? pools.refundReasons : pools.partialRefundReasons;
      const payment = payments.rowOf(block, archetype, payments.countOf(archetype) - 1);
      const lastUs = history.lastTimeOf(facts.order, archetype, placedAt(facts.order));
      writer.beginRow(6);
      writer.int8(row + 1);
      writer.int8(facts.order + 1);
      writer.int8(payment + 1);
      writer.int8(orders.refundOf(facts));
      writer.entry(reasons, bounded(cell(reasonKey, row), reasons.size));
      writer.timestamp(
        isWhole
          ? lastUs
          : laterWithin(lastUs, HOUR_US, 10 * DAY_US, AS_OF_US, cell(createdKey, row)),
      );
      writer.endRow();
    },
  };
}
