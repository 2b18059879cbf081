import { COUPON_KINDS } from '../../schema/tables.ts';
import { COUPONS_PER_CAMPAIGN } from '../coupon-book.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const HYPHEN = 0x2d;
const KINDS = createTextPool(COUPON_KINDS);

export function createCoupons(model: ShopModel): TableGenerator {
  const { coupons, pools } = model;
  return {
    table: 'coupons',
    columns: columnsOf<'coupons'>({
      id: 'int8',
      code: 'text',
      kind: 'text',
      value: 'int8',
      min_subtotal_cents: 'int8',
      max_uses: 'int4',
      times_used: 'int4',
      starts_at: 'timestamptz',
      ends_at: 'timestamptz',
    }),
    rowCount: coupons.coupons,
    writeRow(writer, row) {
      const timesUsed = coupons.timesUsed(row);
      const campaign = Math.floor(row / COUPONS_PER_CAMPAIGN);
      writer.beginRow(9);
      writer.int8(row + 1);
      writer.beginText();
      writer.appendEntry(pools.couponWords, (row + campaign) % pools.couponWords.size);
      writer.appendByte(HYPHEN);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.entry(KINDS, coupons.isPercent(row) ? 0 : 1);
      writer.int8(coupons.amountOf(row));
      writer.int8(coupons.minSubtotalOf(row));
      writer.int4(coupons.maxUsesOf(row, timesUsed));
      writer.int4(timesUsed);
      writer.timestamp(coupons.startsAt(row));
      writer.timestamp(coupons.endsAt(row));
      writer.endRow();
    },
  };
}
