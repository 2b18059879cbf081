import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { PRODUCT_STATUSES } from '../../schema/tables.ts';
import { DAY_US, HISTORY_START_US } from '../calendar.ts';
import { createKindTexts, type KindTexts } from '../kind-texts.ts';
import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { skewed } from '../skewed.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const CLOSING_BRACE = 0x7d;
const STATUSES = createTextPool(PRODUCT_STATUSES);
const SKU = encodeText('CL-');
/** Each brand has a few lines of products. */
const SERIES_PER_BRAND = 4;

export function createProducts(model: ShopModel): TableGenerator {
  const { pools, catalogue, prices, reviews, spec } = model;
  const { assortment } = catalogue;
  const { nouns, features } = assortment;
  const kinds = assortment.kindOfShelf.map((kind) => createKindTexts(kind, pools.colorsJson));
  const key = (column: string) => columnKey(spec.seed, 'products', column);
  const seriesKey = key('series');
  const descriptionKey = key('description');
  const attributesKey = key('attributes');
  const weightKey = key('weight_grams');
  const createdKey = key('created_at');
  const ratings = { sum: 0, count: 0 };

  const seriesOf = (row: number, brand: number): number => {
    const nth = bounded(cell(seriesKey, row), SERIES_PER_BRAND);
    return bounded(cell(seriesKey, brand, 1 + nth), pools.series.size);
  };
  const writeDescription = (writer: RowWriter, row: number, kind: KindTexts): void => {
    const first = bounded(cell(descriptionKey, row, 1), kind.closings.size);
    // Any other closing.
    const other = bounded(cell(descriptionKey, row, 2), kind.closings.size - 1);
    writer.beginText();
    writer.appendEntry(features.texts, catalogue.featureOf(row));
    writer.appendByte(SPACE);
    writer.appendEntry(nouns.inText, catalogue.nounOf(row));
    writer.appendEntry(kind.openings, bounded(cell(descriptionKey, row), kind.openings.size));
    writer.appendByte(SPACE);
    writer.appendEntry(kind.closings, first);
    writer.appendByte(SPACE);
    writer.appendEntry(kind.closings, other < first ? other : other + 1);
    writer.endText();
  };
  const writeAttributes = (writer: RowWriter, row: number, kind: KindTexts): void => {
    writer.beginJsonb();
    for (const [i, { start, values }] of kind.attributes.entries()) {
      writer.append(start);
      if (values === 'feature') {
        writer.appendEntry(features.json, catalogue.featureOf(row));
      } else {
        writer.appendEntry(values, bounded(cell(attributesKey, row, i), values.size));
      }
    }
    writer.appendByte(CLOSING_BRACE);
    writer.endText();
  };

  return {
    table: 'products',
    columns: columnsOf<'products'>({
      id: 'int8',
      sku: 'text',
      slug: 'text',
      name: 'text',
      description: 'text',
      brand_id: 'int8',
      category_id: 'int8',
      price_cents: 'int8',
      cost_cents: 'int8',
      status: 'text',
      attributes: 'jsonb',
      weight_grams: 'int4',
      rating_sum: 'int4',
      rating_count: 'int4',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    }),
    rowCount: catalogue.products,
    writeRow(writer, row) {
      const leaf = catalogue.leafOf(row);
      const kind = kinds[assortment.shelfOfLeaf[leaf] ?? 0];
      if (kind === undefined) {
        throw new RangeError(`Product ${row} is of no kind.`);
      }
      const brand = catalogue.brandOf(row);
      const brandName = brand % pools.brandNames.size;
      const series = seriesOf(row, brand);
      const noun = catalogue.nounOf(row);
      const feature = catalogue.featureOf(row);
      const grams = assortment.grams[leaf] ?? 0;
      const createdUs = HISTORY_START_US - DAY_US - skewed(cell(createdKey, row), 700 * DAY_US);
      reviews.readRatings(row, ratings);

      writer.beginRow(16);
      writer.int8(row + 1);
      writer.beginText();
      writer.append(SKU);
      writer.appendDigits(row + 1, 7);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.seriesSlugs, series);
      writer.appendByte(HYPHEN);
      writer.appendEntry(features.slugs, feature);
      writer.appendByte(HYPHEN);
      writer.appendEntry(nouns.slugs, noun);
      writer.appendByte(HYPHEN);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.brandNames, brandName);
      writer.appendByte(SPACE);
      writer.appendEntry(pools.series, series);
      writer.appendByte(SPACE);
      writer.appendEntry(features.texts, feature);
      writer.appendByte(SPACE);
      writer.appendEntry(nouns.texts, noun);
      writer.endText();
      writeDescription(writer, row, kind);
      writer.int8(brand + 1);
      writer.int8(catalogue.categoryOf(row) + 1);
      writer.int8(prices.currentOf(row));
      writer.int8(prices.costOf(row));
      writer.entry(STATUSES, catalogue.statusAt(catalogue.rankOf(row)));
      writeAttributes(writer, row, kind);
      // Between 75 and 135 per cent of what its like weighs.
      writer.int4(
        Math.max(1, Math.floor((grams * (75 + bounded(cell(weightKey, row), 61))) / 100)),
      );
      writer.int4(ratings.sum);
      writer.int4(ratings.count);
      writer.timestamp(createdUs);
      writer.timestamp(prices.lastChangeAt(row));
      writer.endRow();
    },
  };
}
