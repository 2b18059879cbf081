import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { SHIPMENT_STATUSES } from '../../schema/tables.ts';
import { childPlace, createChildLayout } from '../child-layout.ts';
import { STATUS } from '../order-archetypes.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const STATUSES = createTextPool(SHIPMENT_STATUSES);
const IN_TRANSIT = SHIPMENT_STATUSES.indexOf('in_transit');
const DELIVERED = SHIPMENT_STATUSES.indexOf('delivered');
const TRACKING = encodeText('TRK');

/** One parcel for each order that has been shipped. */
export function createShipments(model: ShopModel): TableGenerator {
  const { pools, zones, archetypes, history, placedAt, spec } = model;
  const stepsTo = (status: number) =>
    Int8Array.from(archetypes.status, (_, archetype) => history.pathOf(archetype).indexOf(status));
  const shippedSteps = stepsTo(STATUS.shipped);
  const deliveredSteps = stepsTo(STATUS.delivered);
  const layout = createChildLayout(
    zones,
    archetypes.status.map((_, archetype) => ((shippedSteps[archetype] ?? -1) < 0 ? 0 : 1)),
  );
  const carrierKey = columnKey(spec.seed, 'shipments', 'carrier');
  const trackingKey = columnKey(spec.seed, 'shipments', 'tracking_number');
  const place = childPlace();
  return {
    table: 'shipments',
    columns: columnsOf<'shipments'>({
      id: 'int8',
      order_id: 'int8',
      carrier: 'text',
      tracking_number: 'text',
      status: 'text',
      shipped_at: 'timestamptz',
      delivered_at: 'timestamptz',
    }),
    rowCount: layout.rowCount,
    writeRow(writer, row) {
      layout.locate(row, place);
      const { archetype } = place;
      const order = zones.orderOf(place.block, archetype);
      const placedUs = placedAt(order);
      const shippedStep = shippedSteps[archetype] ?? -1;
      const deliveredStep = deliveredSteps[archetype] ?? -1;
      writer.beginRow(7);
      writer.int8(row + 1);
      writer.int8(order + 1);
      writer.entry(pools.carriers, bounded(cell(carrierKey, row), pools.carriers.size));
      writer.beginText();
      writer.append(TRACKING);
      writer.appendDigits(bounded(cell(trackingKey, row), 1_000_000), 6);
      writer.appendDigits(row + 1, 10);
      writer.endText();
      writer.entry(STATUSES, deliveredStep < 0 ? IN_TRANSIT : DELIVERED);
      writer.timestamp(history.timeOf(order, archetype, placedUs, shippedStep));
      if (deliveredStep < 0) {
        writer.null();
      } else {
        writer.timestamp(history.timeOf(order, archetype, placedUs, deliveredStep));
      }
      writer.endRow();
    },
  };
}
