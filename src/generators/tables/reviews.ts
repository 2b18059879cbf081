import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { AS_OF_US, DAY_US, HOUR_US } from '../calendar.ts';
import { childPlace } from '../child-layout.ts';
import type { ShopModel } from '../shop-model.ts';
import { laterWithin } from '../skewed.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

const SPACE = 0x20;
const UNHAPPY = 0;
const MIXED = 1;
const HAPPY = 2;

export function createReviews(model: ShopModel): TableGenerator {
  const { pools, reviews, lines, zones, customers, history, placedAt, spec } = model;
  const titleKey = columnKey(spec.seed, 'reviews', 'title');
  const bodyKey = columnKey(spec.seed, 'reviews', 'body');
  const createdKey = columnKey(spec.seed, 'reviews', 'created_at');
  const place = childPlace();
  const moods = pools.reviews[spec.profile];

  const moodOf = (rating: number): number => {
    if (rating >= 4) {
      return HAPPY;
    }
    return rating === 3 ? MIXED : UNHAPPY;
  };

  return {
    table: 'reviews',
    columns: columnsOf<'reviews'>({
      id: 'int8',
      product_id: 'int8',
      customer_id: 'int8',
      order_item_id: 'int8',
      rating: 'int2',
      title: 'text',
      body: 'text',
      created_at: 'timestamptz',
    }),
    rowCount: reviews.layout.rowCount,
    writeRow(writer, row) {
      reviews.layout.locate(row, place);
      const { block, archetype, index } = place;
      const order = zones.orderOf(block, archetype);
      const line = lines.layout.rowOf(block, archetype, index);
      const product = lines.productOf(line);
      const rating = reviews.ratingOf(row, product);
      const mood = moods[moodOf(rating)];
      if (mood === undefined) {
        throw new RangeError(`No phrases for a rating of ${rating}.`);
      }
      const { titles, sentences } = mood;
      const first = bounded(cell(bodyKey, row), sentences.size);
      // Any other sentence.
      const other = bounded(cell(bodyKey, row, 1), sentences.size - 1);
      const second = other < first ? other : other + 1;
      const deliveredUs = history.lastTimeOf(order, archetype, placedAt(order));

      writer.beginRow(8);
      writer.int8(row + 1);
      writer.int8(product + 1);
      writer.int8(customers.customerOf(order) + 1);
      writer.int8(line + 1);
      writer.int2(rating);
      writer.entry(titles, bounded(cell(titleKey, row), titles.size));
      writer.beginText();
      writer.appendEntry(sentences, first);
      writer.appendByte(SPACE);
      writer.appendEntry(sentences, second);
      writer.endText();
      writer.timestamp(
        laterWithin(deliveredUs, 4 * HOUR_US, 30 * DAY_US, AS_OF_US, cell(createdKey, row)),
      );
      writer.endRow();
    },
  };
}
