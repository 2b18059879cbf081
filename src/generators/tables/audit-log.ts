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
const PURCHASING = encodeText('purchasing');
const CUSTOMER = encodeText('customer');
const SUPPORT = encodeText('support');
const COST_START = encodeText('{"cost_cents": [');
const COMMA = encodeText(', ');
const LIST_END = encodeText(']}');
const OPTED_IN = encodeText('{"marketing_opt_in": [false, true]}');
const OPTED_OUT = encodeText('{"marketing_opt_in": [true, false]}');
const CANCELLED = encodeText('{"status": ["pending", "cancelled"]}');

/** New costs of products, then customers' changes of mind about marketing, then cancellations. */
export function createAuditLog(model: ShopModel): TableGenerator {
  const { audit, catalogue, zones, archetypes, history, placedAt } = model;
  const cancellations = createChildLayout(
    zones,
    archetypes.status.map((status) => (status === STATUS.cancelled ? 1 : 0)),
  );
  const firstOptIn = audit.costChanges;
  const firstCancellation = firstOptIn + audit.optInChanges;
  const place = childPlace();

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
        begin(writer, row, PRODUCTS, (row % catalogue.products) + 1, PURCHASING);
        writer.append(COST_START);
        writer.appendInteger(audit.costBefore(row));
        writer.append(COMMA);
        writer.appendInteger(audit.costAfter(row));
        writer.append(LIST_END);
        end(writer, audit.costChangedAt(row));
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
