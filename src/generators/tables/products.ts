import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { PRODUCT_STATUSES } from '../../schema/tables.ts';
import { DAY_US, HISTORY_START_US } from '../calendar.ts';
import type { ShopModel } from '../shop-model.ts';
import { skewed } from '../skewed.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const STATUSES = createTextPool(PRODUCT_STATUSES);
const SIZES = createTextPool(['XS', 'S', 'M', 'L', 'XL', 'XXL']);
const SKU = encodeText('CL-');
const MADE_OF = encodeText(' Made of ');
const COMES_IN = encodeText('; comes in ');
const FULL_STOP = encodeText('.');
// As PostgreSQL prints jsonb: shorter keys first.
const JSON_SIZE = encodeText('{"size": "');
const JSON_COLOR = encodeText('", "color": "');
const JSON_MATERIAL = encodeText('", "material": "');
const JSON_WARRANTY = encodeText('", "warranty_months": ');
const JSON_END = encodeText('}');

export function createProducts(model: ShopModel): TableGenerator {
  const { pools, catalogue, reviews, audit, spec } = model;
  const key = (column: string) => columnKey(spec.seed, 'products', column);
  const adjectiveKey = key('adjective');
  const descriptionKey = key('description');
  const brandKey = key('brand_id');
  const attributesKey = key('attributes');
  const weightKey = key('weight_grams');
  const createdKey = key('created_at');
  const ratings = { sum: 0, count: 0 };
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
      const adjective = bounded(cell(adjectiveKey, row), pools.adjectives.size);
      const material = catalogue.materialOf(row);
      const noun = catalogue.nounOf(row);
      const description = bounded(cell(descriptionKey, row), pools.descriptionStarts.size);
      const color = bounded(cell(attributesKey, row), pools.colors.size);
      const createdUs = HISTORY_START_US - DAY_US - skewed(cell(createdKey, row), 700 * DAY_US);
      reviews.readRatings(row, ratings);

      writer.beginRow(16);
      writer.int8(row + 1);
      writer.beginText();
      writer.append(SKU);
      writer.appendDigits(row + 1, 7);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.adjectiveSlugs, adjective);
      writer.appendByte(HYPHEN);
      writer.appendEntry(pools.materialSlugs, material);
      writer.appendByte(HYPHEN);
      writer.appendEntry(pools.nounSlugs, noun);
      writer.appendByte(HYPHEN);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.adjectives, adjective);
      writer.appendByte(SPACE);
      writer.appendEntry(pools.materials, material);
      writer.appendByte(SPACE);
      writer.appendEntry(pools.nouns, noun);
      writer.appendByte(SPACE);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.beginText();
      writer.appendEntry(pools.descriptionStarts, description);
      writer.appendEntry(pools.nouns, noun);
      writer.appendEntry(pools.descriptionEnds, description);
      writer.append(MADE_OF);
      writer.appendEntry(pools.materialSlugs, material);
      writer.append(COMES_IN);
      writer.appendEntry(pools.colors, color);
      writer.append(FULL_STOP);
      writer.endText();
      writer.int8(bounded(cell(brandKey, row), catalogue.brands) + 1);
      writer.int8(catalogue.categoryOf(row) + 1);
      writer.int8(catalogue.priceOf(row));
      writer.int8(catalogue.costOf(row));
      writer.entry(STATUSES, catalogue.statusOf(row));
      writer.beginJsonb();
      writer.append(JSON_SIZE);
      writer.appendEntry(SIZES, bounded(cell(attributesKey, row, 1), SIZES.size));
      writer.append(JSON_COLOR);
      writer.appendEntry(pools.colors, color);
      writer.append(JSON_MATERIAL);
      writer.appendEntry(pools.materialSlugs, material);
      writer.append(JSON_WARRANTY);
      writer.appendInteger(12 * (1 + bounded(cell(attributesKey, row, 2), 5)));
      writer.append(JSON_END);
      writer.endText();
      writer.int4(50 + skewed(cell(weightKey, row), 15_000));
      writer.int4(ratings.sum);
      writer.int4(ratings.count);
      writer.timestamp(createdUs);
      writer.timestamp(Math.max(createdUs, audit.lastCostChangeAt(row)));
      writer.endRow();
    },
  };
}
