import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureRealism } from '../../src/realism/measure-realism.ts';
import type { RealismReport } from '../../src/realism/realism-report.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;
let report: RealismReport;

beforeAll(async () => {
  loaded = await loadedShop();
  const client = new pg.Client({ connectionString: loaded.database.url });
  await client.connect();
  report = await measureRealism(client, loaded.shop);
  await client.end();
});
afterAll(() => loaded.database.drop());

test('what a block fixes is measured exactly', () => {
  const measured = new Map(report.lines.map((line) => [line.name, line.measured]));
  expect(measured.get('Lines per order, mean')).toBe(2.4);
  expect(measured.get('Buyers who bought once')).toBe(0.7);
  expect(measured.get('Orders with a coupon')).toBe(0.15);
  expect(measured.get('Carts that became orders')).toBe(0.3);
  expect(report.plots.linesPerOrder.reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(report.plots.ordersByDay.reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(report.plots.ordersByHour.flat().reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(report.plots.prices.reduce((sum, bin) => sum + bin.products, 0)).toBe(500);
  expect(report.plots.ratings.reduce((sum, count) => sum + count, 0)).toBe(
    loaded.shop.counts.reviews,
  );
});

test('the books add up', () => {
  const books = report.lines.filter((line) => line.group === 'Books');
  expect(books.map((line) => line.measured)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('even the smallest shop is much like a real one', () => {
  // All of one block is open, so hardly anything has come back; five products are a top 1 %, some 10
  // orders the weakest hour, and ids are in no order within a block.
  const small = [
    'Correlation of id and sign-up',
    'Lines of the top 1 % of products',
    'Refunded orders',
    'Strongest hour over weakest',
  ];
  const outside = report.lines.filter(
    (line) => line.verdict === 'outside' && !small.includes(line.name),
  );
  expect(outside).toEqual([]);
});
