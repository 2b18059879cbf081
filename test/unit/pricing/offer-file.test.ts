import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { downloadOffers } from '../../../src/pricing/download-offers.ts';
import { OFFER_CODES, pricesIn } from '../../../src/pricing/offer-file.ts';
import { findPrice, type PriceBook, readPriceBook } from '../../../src/pricing/price-book.ts';
import { refreshed } from '../../../src/pricing/refresh.ts';

const FIXTURE = fileURLToPath(new URL('../../helpers/offers/AmazonRDS.json', import.meta.url));
const SHIPPED = fileURLToPath(new URL('../../../pricing/aws.json', import.meta.url));
const sample = () => JSON.parse(readFileSync(FIXTURE, 'utf8'));

test('what is wanted is found, and nothing that looks like it', () => {
  const found = pricesIn(sample(), 'us-east-1', 'here');
  const brief = found.map(({ service, class: name, deployment, term, paymentOption, usd }) =>
    [service, name, deployment, term, paymentOption, usd].filter((each) => each !== undefined),
  );
  expect(brief).toEqual([
    ['rds-postgresql', 'db.m6g.xlarge', 'Single-AZ', 1.111],
    ['rds-postgresql-reserved', 'db.m6g.xlarge', 'Single-AZ', '1yr', 'No Upfront', 0.777],
    ['rds-postgresql-reserved', 'db.m6g.xlarge', 'Single-AZ', '3yr', 'Partial Upfront', 0.4],
    ['rds-postgresql', 'db.m6g.xlarge', 'Multi-AZ', 2.223],
    ['rds-storage', 'gp3-storage', 'Single-AZ', 0.333],
    ['aurora-postgresql', 'db.m6g.xlarge', 'IO-Optimized', 9.999],
  ]);
  expect(found[0]).toMatchObject({
    asOf: '2000-01-01',
    source: ['here'],
    confidence: 'list-file',
    note: 'SKU SAMPLESKU0000001',
  });
});

test('two prices for the same thing are an error that names both', () => {
  const offer = sample();
  offer.products.SAMPLESKU0000007.attributes.regionCode = 'us-east-1';
  expect(() => pricesIn(offer, 'us-east-1', 'here')).toThrow(
    /two prices for rds-postgresql db\.m6g\.xlarge Single-AZ in us-east-1: 1\.111 \(SKU SAMPLESKU0000001\) and 9\.999/,
  );
});

test('what is no price file is refused', () => {
  expect(() => pricesIn({ formatVersion: 'v2.0' }, 'us-east-1', 'here')).toThrow(/no price file/);
  expect(() => pricesIn({ ...sample(), offerCode: 'AmazonS3' }, 'us-east-1', 'here')).toThrow(
    /AmazonS3 has nothing for here/,
  );
});

test('a refresh replaces what it has, keeps the rest, and warns of what moved far', () => {
  const before = readPriceBook(SHIPPED);
  const result = refreshed(before, pricesIn(sample(), 'us-east-1', 'here'), {}, '2000-01-02');
  expect(result.changed.map(({ key }) => key)).toContain(
    'rds-postgresql db.m6g.xlarge us-east-1 Single-AZ hour',
  );
  expect(result.warnings.join('\n')).toMatch(/moved from 0\.318 to 1\.111/);
  const key = {
    service: 'rds-postgresql',
    class: 'db.m6g.xlarge',
    deployment: 'Single-AZ',
    unit: 'hour',
  };
  expect(findPrice(result.book, { ...key, region: 'us-east-1' })?.usd).toBe(1.111);
  expect(findPrice(result.book, { ...key, region: 'eu-west-1' })?.usd).toBe(0.352);
  expect(result.book.prices.length).toBeGreaterThanOrEqual(before.prices.length);
});

test('files are read from where AWS has them; one that is missing leaves everything as it was', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [, code] = /\/aws\/(\w+)\/current\/us-east-1\/index\.json$/.exec(request.url ?? '') ?? [];
    if (code === undefined) return response.writeHead(404).end();
    const offer = sample();
    return response.end(
      JSON.stringify(code === 'AmazonRDS' ? offer : { ...offer, offerCode: code }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { baseUrl, onStep: () => {}, signal: new AbortController().signal };
  try {
    const { prices, sources } = await downloadOffers({ ...options, region: 'us-east-1' });
    expect(asked).toEqual(
      OFFER_CODES.map((code) => `/offers/v1.0/aws/${code}/current/us-east-1/index.json`),
    );
    expect(prices).toHaveLength(6);
    expect(Object.keys(sources)).toEqual(['AmazonRDS-20000101000000']);
    const [source] = Object.values(sources) as [PriceBook['sources'][string]];
    expect(source.note).toMatch(/^sha256 [0-9a-f]{64}$/);
    await expect(downloadOffers({ ...options, region: 'mars-1' })).rejects.toMatchObject({
      code: 'PRICES_UNREACHABLE',
      exitCode: 5,
    });
  } finally {
    server.close();
  }
});
