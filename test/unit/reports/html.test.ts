import { beforeAll, describe, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import type { RunRecord } from '../../../src/measurements/run-record.ts';
import { renderHtml } from '../../../src/reports/html.ts';
import { emptyRecord, sampleLatency, sampleRecord } from '../../helpers/sample-record.ts';

const VOID = new Set(['meta', 'br', 'wbr']);
const PLANTED = `<script>alert("x")</script>' onload='y`;

let page = '';
beforeAll(async () => {
  await initHistograms();
  page = renderHtml(sampleRecord());
});

/** Fails where a tag is closed that is not open, or left open. */
function expectBalanced(text: string): void {
  const open: string[] = [];
  const body = text.replace(/<style>.*?<\/style>/s, '').replace('<!doctype html>', '');
  for (const [, slash, name = '', rest = ''] of body.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
    if (VOID.has(name) || rest.endsWith('/')) continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
}

/** The record with a hostile text at every place where one can stand, keys included. */
function poisoned(value: unknown, path: string): unknown {
  if (typeof value === 'string') return isText(path) ? PLANTED : value;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      hasFreeKeys(path) ? `${key}${PLANTED}` : key,
      poisoned(each, `${path}.${key}`),
    ]),
  );
}

function isText(path: string): boolean {
  return !/\.(histogram|startedAt|status|level|access|role|kind|state)$/.test(path);
}

function hasFreeKeys(path: string): boolean {
  return /\.(transactions|rejections|otherSqlStates|nodes|settings|capabilities|unavailable|examples)$/.test(
    path,
  );
}

describe('the page', () => {
  test('is well-formed and under 1.5 MB', () => {
    expectBalanced(page);
    expect(page.length).toBeLessThan(1_500_000);
  });

  test('asks for nothing anywhere and runs no script', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/\b(src|action|formaction|xlink:href)=/i);
    expect(page).not.toMatch(/url\(|@import|https?:/i);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('has its sections in order, each with an opening and a method', () => {
    const ids = [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'latency',
      'time-line',
      'outcomes',
      'retries',
      'replica',
      'statements',
      'indexes',
      'server',
      'client',
      'books',
      'thresholds',
      'environment',
      'method',
    ]);
    expect(page.match(/<p class="opening">[^<]/g)).toHaveLength(ids.length);
    expect(page.match(/<p class="method">[^<]/g)).toHaveLength(ids.length);
  });

  test('every id is unique and every reference to one is met', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...page.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/g)];
    for (const [, list = ''] of references) {
      for (const id of list.split(' ')) expect(ids).toContain(id);
    }
  });

  test('every plot has a title and a description, every table a caption and scopes', () => {
    const drawings = page.match(/<svg/g)?.length ?? 0;
    expect(drawings).toBe(6);
    expect(
      page.match(/<svg [^>]*><title [^>]*>[^<]+<\/title><desc [^>]*>[^<]+<\/desc>/g),
    ).toHaveLength(drawings);
    expect(page.match(/<table[^>]*><caption>[^<]/g)).toHaveLength(
      page.match(/<table/g)?.length ?? 0,
    );
    expect(page).not.toMatch(/<th(?! scope=)[ >]/);
  });

  test('leads with the sentence and the six figures', () => {
    expect(page).toMatch(/<p class="verdict good">✓ Pass<\/p>\s*<h1>200 arrivals\/s held/);
    expect(page.match(/<div class="tile">/g)).toHaveLength(6);
    expect(page).toContain('<strong>16.7 / 46.6 / 75.4</strong>');
  });

  test('names who struck down whom, as a matrix and one by one', () => {
    expect(page).toContain('Deadlocks by victim (rows) and what it waited for (columns)');
    expect(page).toMatch(
      /<th scope="row">receive_stock: receive<\/th><td class="number zero">0<\/td><td class="number">3<\/td>/,
    );
  });

  test('an index that only the replica reads is told from one that nobody reads', () => {
    expect(page).toContain(
      'This load scanned 2 of 3 indexes. 1 of them only on the replica: the primary’s own counters call it unused. 1 index that enforces nothing was kept up without being read: 2.29 MiB.',
    );
  });

  test('indexes of a node that could not be read are in doubt; without the primary nothing is said', () => {
    const { server } = sampleRecord();
    if (server === undefined) throw new Error('the sample has servers');
    const [primary, replica] = server.nodes;
    if (primary === undefined || replica === undefined) throw new Error('the sample has two nodes');
    const unavailable = { replica: 'timeout' };
    const without = renderHtml(
      sampleRecord({ server: { ...server, nodes: [primary], unavailable } }),
    );
    expect(without).toContain('replica could not be read: what was used there alone counts');
    const blind = renderHtml(sampleRecord({ server: { ...server, nodes: [replica] } }));
    expect(blind).not.toContain('id="indexes"');
  });

  test('says what could not be read of the servers', () => {
    const { server } = sampleRecord();
    if (server === undefined) throw new Error('the sample has servers');
    const unavailable = { plans: 'canceling statement due to user request' };
    const unread = renderHtml(sampleRecord({ server: { ...server, plans: {}, unavailable } }));
    expect(unread).toContain('Could not be read: plans (canceling statement due to user request).');
    expect(unread).not.toContain('counts as unused here');
    expect(page).not.toContain('Could not be read');
  });

  test('prints zeroes', () => {
    expect(page).toMatch(/<th scope="row">lock timeout<\/th><td class="number zero">0<\/td>/);
  });
});

describe('hostile texts', () => {
  test('are shown and do nothing', () => {
    const hostile = renderHtml(poisoned(sampleRecord(), '') as RunRecord);
    expect(hostile).not.toContain('<script');
    expect(hostile).not.toMatch(/["'] onload=/);
    expect(hostile).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expectBalanced(hostile);
  });
});

describe('other runs', () => {
  test('one that measured nothing leaves sections out', () => {
    const text = renderHtml(emptyRecord());
    expectBalanced(text);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).not.toContain('<svg');
    expect(text).toContain('⚠ Not valid');
    const ids = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(['client', 'books', 'thresholds', 'environment', 'method']);
  });

  test('one that fails says what broke', () => {
    const record = sampleRecord();
    const checkout = record.transactions['checkout']!;
    const text = renderHtml({
      ...record,
      transactions: {
        checkout: {
          ...checkout,
          latency: {
            committed: {
              ...checkout.latency.committed!,
              response: sampleLatency(850, 20_000, 1, 40),
            },
          },
        },
      },
      books: {
        ...record.books,
        missing: 2,
        found: 990,
        balanced: false,
        invariants: [
          {
            name: 'payments',
            question: 'Has every paid order been paid in full, once?',
            violations: 3,
            examples: [{ order_id: 17, note: '<b>' }],
            durationMs: 4,
          },
        ],
      },
      thresholds: [{ text: 'checkout.response.p99 < 150ms', actual: '> 91.2 ms', passed: false }],
      interrupted: true,
      verdict: { status: 'fail', sentence: 'The books do not balance.', exitCode: 1 },
    });
    expectBalanced(text);
    expect(text).toContain('✗ Fail');
    expect(text).toContain('Interrupted: what was measured until then is shown.');
    expect(text).toContain('<strong class="bad">✗ FAIL</strong>');
    expect(text).toContain('<strong class="bad">✗ limit broken:</strong> checkout.response.p99');
    expect(text).toContain('<strong class="bad">2</strong>');
    expect(text).toContain('{&quot;order_id&quot;:17,&quot;note&quot;:&quot;&lt;b&gt;&quot;}');
    expect(text).toMatch(/<td class="number">&gt; \d/);
    expect(text).toContain('class="cut c0"');
  });

  test('a time line has gaps for missing intervals and draws its zeroes', () => {
    const bands = /<path class="band outer total" d="([^"]+)"/.exec(page)?.[1] ?? '';
    // One stretch before the missing second, one after it, and one after the silent interval.
    expect(bands.match(/Z/g)).toHaveLength(3);
    const failures = /<path class="bar bad" d="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(failures.match(/Z/g)).toHaveLength(sampleRecord().series.points.length);
  });

  test('the longest time line stays within 1.5 MB', () => {
    const record = sampleRecord();
    const point = record.series.points[0]!;
    const points = Array.from({ length: 600 }, (_, index) => ({ ...point, atMs: index * 8_000 }));
    const text = renderHtml({ ...record, series: { intervalMs: 8_000, points } });
    expect(text.length).toBeLessThan(1_500_000);
  });

  test('a histogram that was cut off is named', () => {
    const record = sampleRecord();
    const checkout = record.transactions['checkout']!;
    const committed = checkout.latency.committed!;
    const response = { ...committed.response, histogram: 'HISTFAAA' };
    expect(() =>
      renderHtml({
        ...record,
        transactions: {
          checkout: { ...checkout, latency: { committed: { ...committed, response } } },
        },
      }),
    ).toThrow(/cannot be decoded/);
  });
});
