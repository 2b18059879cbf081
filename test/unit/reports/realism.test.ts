import { describe, expect, test } from 'vitest';
import type { RealismReport } from '../../../src/realism/realism-report.ts';
import { renderRealismHtml } from '../../../src/reports/realism/realism-html.ts';
import { renderRealismText } from '../../../src/reports/realism/realism-text.ts';
import { sampleRealism } from '../../helpers/sample-realism.ts';

describe('the text', () => {
  test('counts what was measured and names its figures', () => {
    const text = renderRealismText(sampleRealism());
    expect(text).toContain(
      '2 of 3 figures of this shop lie within their tolerance; 2 of them have published figures beside them.',
    );
    expect(text).toMatch(/November over October +1\.20 x +1\.55 to 1\.71 x +1\.63 +outside/);
    expect(text).toMatch(/Five stars +n\/a +53 to 63 % +about 57 % +not measured/);
    expect(text).toMatch(/sum of their parts +0 +0 +0 +within/);
  });

  test('keeps to the width', () => {
    const lines = renderRealismText(sampleRealism(), 80).split('\n').slice(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('the page', () => {
  const page = renderRealismHtml(sampleRealism());

  test('is one file that runs nothing and asks for nothing', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\bon[a-z]+="/i);
    expect(page).not.toMatch(/https?:/);
    expect(page).toContain("default-src 'none'");
  });

  test('escapes what it is given', () => {
    expect(page).toContain('top &lt;1 %&gt; of products');
    expect(page).not.toContain('<1 %>');
  });

  test('draws every plot with a title and a description', () => {
    const ids = ['popularity', 'prices', 'lines', 'buyers', 'days', 'hours', 'ratings'];
    for (const id of ids) {
      expect(page).toContain(`id="${id}-title"`);
      expect(page).toMatch(new RegExp(`<desc id="${id}-desc">[^<]{40,}</desc>`));
    }
    expect(page.match(/<svg/g)).toHaveLength(ids.length);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('has each id once', () => {
    const ids = Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is drawn for a shop with nothing in it, too', () => {
    const sample = sampleRealism();
    const empty: RealismReport = {
      ...sample,
      plots: {
        ...sample.plots,
        linesPerOrder: [1],
        ordersPerBuyer: [1],
        ratings: [0, 0, 0, 0, 0],
        ordersByDay: [0, 0],
        popularity: [],
      },
    };
    expect(renderRealismHtml(empty)).not.toMatch(/NaN|undefined|Infinity/);
  });
});
