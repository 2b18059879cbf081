import { HOURS_PER_MONTH } from '../pricing/cost-line.ts';
import { type Cost, usdPerMillion } from '../pricing/cost-model.ts';
import { isStale, type Price, type PriceBook } from '../pricing/price-book.ts';
import type { Refreshed } from '../pricing/refresh.ts';
import { perHourText } from './classes/class-phrases.ts';
import { formatCount, formatSetting, formatSignificant } from './format.ts';
import { textTable } from './text-table.ts';

/** What a snapshot of prices has, by region and service. */
export function renderPriceBook(book: PriceBook, today: Date, width: number): string {
  const groups = new Map<string, Price[]>();
  for (const price of book.prices) {
    const key = `${price.region}\0${price.service}`;
    groups.set(key, [...(groups.get(key) ?? []), price]);
  }
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = (of: (prices: readonly Price[]) => string) => rows.map(([, prices]) => of(prices));
  const count = (of: (price: Price) => boolean) =>
    cells((prices) => formatCount(prices.filter(of).length));
  return [
    `Snapshot of ${book.compiled}, in ${book.currency}.`,
    '',
    ...textTable(
      [
        {
          label: 'region',
          isText: true,
          dropOrder: 0,
          cells: rows.map(([key]) => key.split('\0')[0] ?? ''),
        },
        {
          label: 'service',
          isText: true,
          dropOrder: 0,
          cells: rows.map(([key]) => key.split('\0')[1] ?? ''),
        },
        { label: 'priced', dropOrder: 0, cells: count(({ usd }) => usd !== null) },
        { label: 'unpriced', dropOrder: 0, cells: count(({ usd }) => usd === null) },
        {
          label: 'older than 180 days',
          dropOrder: 0,
          cells: count((price) => price.usd !== null && isStale(price, today)),
        },
      ],
      width,
    ),
  ].join('\n');
}

/** Every price of one class. */
export function renderClassPrices(
  prices: readonly Price[],
  book: PriceBook,
  today: Date,
  width: number,
): string {
  const cells = (of: (price: Price) => string) => prices.map(of);
  const sources = [...new Set(prices.flatMap(({ source }) => source))];
  return [
    ...textTable(
      [
        { label: 'region', isText: true, dropOrder: 0, cells: cells(({ region }) => region) },
        { label: 'service', isText: true, dropOrder: 3, cells: cells(({ service }) => service) },
        {
          label: 'deployment',
          isText: true,
          dropOrder: 0,
          cells: cells(({ deployment }) => deployment),
        },
        {
          label: 'term',
          isText: true,
          dropOrder: 2,
          cells: cells(({ term, paymentOption }) =>
            term === undefined ? 'on demand' : `${term} ${paymentOption}`,
          ),
        },
        {
          label: '$',
          dropOrder: 0,
          cells: cells(({ usd }) => (usd === null ? 'unpriced' : String(usd))),
        },
        { label: 'per', isText: true, dropOrder: 0, cells: cells(({ unit }) => unit) },
        {
          label: 'as of',
          isText: true,
          dropOrder: 1,
          cells: cells((price) =>
            price.usd === null
              ? '-'
              : `${price.asOf ?? 'not known'}${isStale(price, today) ? ', old' : ''}`,
          ),
        },
        {
          label: 'confidence',
          isText: true,
          dropOrder: 1,
          cells: cells(({ confidence }) => confidence),
        },
        {
          label: 'source',
          isText: true,
          dropOrder: 4,
          cells: cells(({ source }) => source.join(' ')),
        },
      ],
      width,
    ),
    '',
    ...sources.map((key) => `${key}: ${book.sources[key]?.title ?? 'not recorded'}`),
  ].join('\n');
}

/** What a refresh did. */
export function renderRefresh(
  { added, changed, unchanged, warnings }: Refreshed,
  file: string,
): string {
  return [
    `${formatCount(added)} prices are new, ${formatCount(changed.length)} have changed, ${formatCount(unchanged)} are as they were.`,
    ...changed.map(({ key, from, to }) => `  ${key}: ${from} -> ${to}`),
    ...warnings.map((warning) => `look at this: ${warning}`),
    'NAT gateways, EC2 and data transfer stay as they were: their files are several GB long.',
    `wrote ${file}`,
  ].join('\n');
}

/** What a topology costs, by each term of payment. */
export function renderCosts(
  costs: readonly Cost[],
  perSecond: number | undefined,
  width: number,
): string {
  const [onDemand] = costs;
  if (onDemand === undefined) return '';
  const { lines } = onDemand;
  return [
    ...textTable(
      [
        { label: 'what', isText: true, dropOrder: 0, cells: lines.map(({ what }) => what) },
        {
          label: 'quantity',
          dropOrder: 1,
          cells: lines.map(({ quantity }) => formatSetting(quantity)),
        },
        {
          label: '$ each',
          dropOrder: 2,
          cells: lines.map(({ usd }) => (usd === null ? '-' : String(usd))),
        },
        { label: 'per', isText: true, dropOrder: 2, cells: lines.map(({ unit }) => unit) },
        {
          label: '$ an hour',
          dropOrder: 0,
          cells: lines.map(({ usdPerHour }) =>
            usdPerHour === null ? 'unpriced' : formatSignificant(usdPerHour),
          ),
        },
        {
          label: 'as of',
          isText: true,
          dropOrder: 1,
          cells: lines.map((line) =>
            line.usd === null ? '-' : `${line.asOf ?? '-'}${line.isStale ? ', old' : ''}`,
          ),
        },
        {
          label: 'confidence',
          isText: true,
          dropOrder: 3,
          cells: lines.map(({ confidence }) => confidence),
        },
      ],
      width,
    ),
    '',
    ...textTable(
      [
        { label: 'term', isText: true, dropOrder: 0, cells: costs.map(({ term }) => term) },
        { label: '$ an hour', dropOrder: 0, cells: costs.map(perHourText) },
        {
          label: '$ a month',
          dropOrder: 0,
          cells: costs.map(({ usdPerHour, unpriced }) =>
            more(usdPerHour * HOURS_PER_MONTH, unpriced),
          ),
        },
        ...(perSecond === undefined
          ? []
          : [
              {
                label: `$ per million at ${formatSignificant(perSecond)}/s`,
                dropOrder: 0,
                cells: costs.map(({ usdPerHour, unpriced }) =>
                  more(usdPerMillion(usdPerHour, perSecond), unpriced),
                ),
              },
            ]),
      ],
      width,
    ),
  ].join('\n');
}

function more(usd: number, unpriced: readonly string[]): string {
  const price = `$${formatSignificant(usd)}`;
  if (unpriced.length === 0) return price;
  return usd === 0 ? 'unpriced' : `more than ${price}`;
}
