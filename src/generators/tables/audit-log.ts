import { AUDIT_ACTIONS } from '../../schema/tables.ts';
import { childPlace, createChildLayout } from '../child-layout.ts';
import { STATUS } from '../order-archetypes.ts';
import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const ACTIONS = createTextPool(AUDIT_ACTIONS);
const UPDATE = AUDIT_ACTIONS.indexOf('update');
const PRODUCTS = encodeText('products');
const CUSTOMERS = encodeText('customers');
const ORDERS = encodeText('orders');
const PRICING = encodeText('pricing');
const CUSTOMER = encodeText('customer');
const SUPPORT = encodeText('support');
const PRICE_START = encodeText('{"price_cents": [');
const COMMA = encodeText(', ');
const LIST_END = encodeText(']}');
const OPTED_IN = encodeText('{"marketing_opt_in": [false, true]}');
const OPTED_OUT = encodeText('{"marketing_opt_in": [true, false]}');
const CANCELLED = encodeText('{"status": ["pending", "cancelled"]}');

/** New prices of products, then customers' changes of mind about marketing, then cancellations. */
export function createAuditLog(model: ShopModel): TableGenerator {
  const { audit, prices, zones, archetypes, history, placedAt } = model;
  const cancellations = createChildLayout(
    zones,
    archetypes.status.map((status) => (status === STATUS.cancelled ? 1 : 0)),
  );
  const firstOptIn = prices.changes;
  const firstCancellation = firstOptIn + audit.optInChanges;
  const place = childPlace();
  const change = { product: 0, changedUs: 0, beforeCents: 0, afterCents: 0 };

  const begin = (
    writer: RowWriter,
    row: number,
    table: Uint8Array,
    id: number,
    actor: Uint8Array,
  ) => {
    writer.beginRow(7);
    writer.int8(row + 1);
    writer.text(table);
    writer.int8(id);
    writer.entry(ACTIONS, UPDATE);
    writer.text(actor);
    writer.beginJsonb();
  };
  const end = (writer: RowWriter, occurredUs: number) => {
    writer.endText();
    writer.timestamp(occurredUs);
    writer.endRow();
  };

  return {
    table: 'audit_log',
    columns: columnsOf<'audit_log'>({
      id: 'int8',
      table_name: 'text',
      row_id: 'int8',
      action: 'text',
      actor: 'text',
      changed: 'jsonb',
      occurred_at: 'timestamptz',
    }),
    rowCount: firstCancellation + cancellations.rowCount,
    writeRow(writer, row) {
      if (row < firstOptIn) {
        prices.readChange(row, change);
        begin(writer, row, PRODUCTS, change.product + 1, PRICING);
        writer.append(PRICE_START);
        writer.appendInteger(change.beforeCents);
        writer.append(COMMA);
        writer.appendInteger(change.afterCents);
        writer.append(LIST_END);
        end(writer, change.changedUs);
      } else if (row < firstCancellation) {
        const customer = audit.customerOfOptIn(row - firstOptIn);
        begin(writer, row, CUSTOMERS, customer + 1, CUSTOMER);
        writer.append(audit.optInOf(customer) ? OPTED_IN : OPTED_OUT);
        end(writer, audit.optInChangedAt(customer));
      } else {
        cancellations.locate(row - firstCancellation, place);
        const order = zones.orderOf(place.block, place.archetype);
        begin(writer, row, ORDERS, order + 1, SUPPORT);
        writer.append(CANCELLED);
        end(writer, history.lastTimeOf(order, place.archetype, placedAt(order)));
      }
    },
  };
}
