import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { PAYMENT_METHODS, PAYMENT_STATUSES } from '../../schema/tables.ts';
import { childPlace } from '../child-layout.ts';
import { STATUS } from '../order-archetypes.ts';
import { orderFacts } from '../order-book.ts';
import { createPaymentLayout } from '../payment-layout.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const METHODS = createTextPool(PAYMENT_METHODS);
const STATUSES = createTextPool(PAYMENT_STATUSES);
const CARD = PAYMENT_METHODS.indexOf('card');
const PAYPAL = PAYMENT_METHODS.indexOf('paypal');
const BANK_TRANSFER = PAYMENT_METHODS.indexOf('bank_transfer');
const AUTHORIZED = PAYMENT_STATUSES.indexOf('authorized');
const CAPTURED = PAYMENT_STATUSES.indexOf('captured');
const DECLINED = PAYMENT_STATUSES.indexOf('declined');
const VOIDED = PAYMENT_STATUSES.indexOf('voided');

/** One payment an order, after a declined one for some: authorized while pending, voided when cancelled. */
export function createPayments(model: ShopModel): TableGenerator {
  const { pools, orders, history, placedAt, spec } = model;
  const layout = createPaymentLayout(model);
  const methodKey = columnKey(spec.seed, 'payments', 'method');
  const cardKey = columnKey(spec.seed, 'payments', 'card_token');
  const place = childPlace();
  const facts = orderFacts();

  const methodOf = (row: number, isDeclined: boolean): number => {
    const draw = bounded(cell(methodKey, row), 100);
    // Cards are declined; other methods fail before the shop hears of them.
    if (isDeclined || draw < 70) {
      return CARD;
    }
    return draw < 90 ? PAYPAL : BANK_TRANSFER;
  };
  const statusOf = (orderStatus: number): number => {
    if (orderStatus === STATUS.pending) {
      return AUTHORIZED;
    }
    return orderStatus === STATUS.cancelled ? VOIDED : CAPTURED;
  };

  return {
    table: 'payments',
    columns: columnsOf<'payments'>({
      id: 'int8',
      order_id: 'int8',
      method: 'text',
      status: 'text',
      amount_cents: 'int8',
      card_token: 'bytea',
      card_last4: 'text',
      created_at: 'timestamptz',
      captured_at: 'timestamptz',
    }),
    rowCount: layout.rowCount,
    writeRow(writer, row) {
      layout.locate(row, place);
      const { archetype, index } = place;
      orders.readAt(place.block, archetype, facts);
      const isDeclined = index < layout.countOf(archetype) - 1;
      const method = methodOf(row, isDeclined);
      const status = isDeclined ? DECLINED : statusOf(facts.status);
      const placedUs = placedAt(facts.order);
      const paidUs = history.timeOf(facts.order, archetype, placedUs, 1);

      writer.beginRow(9);
      writer.int8(row + 1);
      writer.int8(facts.order + 1);
      writer.entry(METHODS, method);
      writer.entry(STATUSES, status);
      writer.int8(facts.total);
      if (method === CARD) {
        writer.bytea(pools.cardTokens, bounded(cell(cardKey, row), pools.cardTokens.size));
        writer.beginText();
        writer.appendDigits(bounded(cell(cardKey, row, 1), 10_000), 4);
        writer.endText();
      } else {
        writer.null();
        writer.null();
      }
      // The second try comes half-way between placing the order and its being paid.
      writer.timestamp(index === 0 ? placedUs : placedUs + Math.floor((paidUs - placedUs) / 2));
      if (status === CAPTURED) {
        writer.timestamp(paidUs);
      } else {
        writer.null();
      }
      writer.endRow();
    },
  };
}
