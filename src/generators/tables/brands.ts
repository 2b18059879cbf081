import { cell, columnKey } from '../../random/cell.ts';
import { DAY_US, HISTORY_START_US } from '../calendar.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

const SPACE = 0x20;
const HYPHEN = 0x2d;

export function createBrands(model: ShopModel): TableGenerator {
  const { pools, catalogue, spec } = model;
  const createdKey = columnKey(spec.seed, 'brands', 'created_at');
  return {
    table: 'brands',
    columns: columnsOf<'brands'>({
      id: 'int8',
      name: 'text',
      slug: 'text',
      created_at: 'timestamptz',
    }),
    rowCount: catalogue.brands,
    writeRow(writer, row) {
      // Every pair of name and suffix comes once: there are more pairs than brands.
      const name = row % pools.brandNames.size;
      const suffix = (row + Math.floor(row / pools.brandNames.size)) % pools.brandSuffixes.size;
      writer.beginRow(4);
      writer.int8(row + 1);
      writer.beginText();
      writer.appendEntry(pools.brandNames, name);
      writer.appendByte(SPACE);
      writer.appendEntry(pools.brandSuffixes, suffix);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.brandNameSlugs, name);
      writer.appendByte(HYPHEN);
      writer.appendEntry(pools.brandSuffixSlugs, suffix);
      writer.appendByte(HYPHEN);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.timestamp(
        HISTORY_START_US -
          730 * DAY_US -
          Math.floor((cell(createdKey, row) / 0x100000000) * 365 * DAY_US),
      );
      writer.endRow();
    },
  };
}
