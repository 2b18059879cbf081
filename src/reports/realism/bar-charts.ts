import { sizeAt, totalOf } from '../../realism/query.ts';
import type { RealismPlots } from '../../realism/realism-report.ts';
import { formatShare } from '../format.ts';
import { html } from '../html-text.ts';
import { linearScale, logScale } from '../plots/scale.ts';
import { bar, type Chart, type ChartArea, labelsBelow, valueAxis } from './chart.ts';
import { axisShare } from './realism-figures.ts';

const WIDTH = 500;
const HEIGHT = 256;
const AREA: ChartArea = { left: 48, right: 492, top: 32, bottom: 214 };

/** Orders by number of lines. */
export function linesChart({ linesPerOrder }: RealismPlots): Chart {
  return {
    ...sizesChart(linesPerOrder, 'c0', 'lines'),
    id: 'lines',
    title: 'Lines per order',
    description: `Histogram. ${axisShare((linesPerOrder[0] ?? 0) / totalOf(linesPerOrder))} of orders have one line; half have no more than ${sizeAt(linesPerOrder, 0.5)}, nine in ten no more than ${sizeAt(linesPerOrder, 0.9)}; the largest has ${linesPerOrder.length}.`,
    caption: 'Share of orders by number of lines.',
  };
}

/** Buyers by number of orders. */
export function buyersChart({ ordersPerBuyer }: RealismPlots): Chart {
  return {
    ...sizesChart(ordersPerBuyer, 'c2', 'orders'),
    id: 'buyers',
    title: 'Orders per buyer',
    description: `Histogram. ${axisShare((ordersPerBuyer[0] ?? 0) / totalOf(ordersPerBuyer))} of buyers bought once; nine in ten no more than ${sizeAt(ordersPerBuyer, 0.9)} times; the most loyal ${ordersPerBuyer.length} times.`,
    caption: 'Share of buyers by number of orders.',
  };
}

/** A histogram of sizes 1, 2, ... */
function sizesChart(
  counts: readonly number[],
  tone: string,
  unit: string,
): Pick<Chart, 'width' | 'height' | 'content'> {
  const total = totalOf(counts);
  const shares = counts.map((count) => count / total);
  const y = linearScale(Math.max(...shares), [AREA.bottom, AREA.top], 4);
  const step = (AREA.right - AREA.left) / shares.length;
  const every = Math.max(1, Math.ceil(shares.length / 20 / 5) * 5 * Number(shares.length > 24));
  return {
    width: WIDTH,
    height: HEIGHT,
    content: html`${valueAxis(AREA, y, axisShare)}<g class="${tone}">${shares.map((share, i) =>
      bar(AREA, AREA.left + i * step + step * 0.12, step * 0.76, y.position(share)),
    )}</g>${labelsBelow(
      AREA,
      shares.flatMap((_, i) =>
        i === 0 || (i + 1) % every === 0
          ? [[AREA.left + (i + 0.5) * step, String(i + 1)] as const]
          : [],
      ),
    )}<text class="end" x="${AREA.right}" y="${HEIGHT - 2}">${unit}</text>`,
  };
}

/** Products by price, on a logarithmic axis. */
export function pricesChart({ prices }: RealismPlots): Chart {
  const total = prices.reduce((sum, bin) => sum + bin.products, 0);
  const least = prices[0]?.fromCents ?? 1;
  const greatest = prices.at(-1)?.toCents ?? 10;
  const x = logScale(least, greatest, [AREA.left, AREA.right]);
  const y = linearScale(
    Math.max(...prices.map((bin) => bin.products)) / total,
    [AREA.bottom, AREA.top],
    4,
  );
  const best = prices.reduce((a, b) => (b.products > a.products ? b : a), {
    fromCents: 0,
    toCents: 0,
    products: 0,
  });
  const euros = (cents: number): string =>
    cents < 100 ? String(cents / 100) : String(Math.round(cents / 100));
  return {
    id: 'prices',
    title: 'Prices of products',
    description: `Histogram on a logarithmic axis from ${euros(least)} to ${euros(greatest)} euros; most products cost between ${euros(best.fromCents)} and ${euros(best.toCents)}.`,
    caption: 'Share of products by price in euros, bins equally wide in logarithm.',
    width: WIDTH,
    height: HEIGHT,
    content: html`${valueAxis(AREA, y, axisShare)}<g class="c2">${prices.map((bin) => {
      const from = x.position(bin.fromCents);
      const width = x.position(bin.toCents) - from;
      return bar(AREA, from + 0.5, Math.max(width - 1, 0.5), y.position(bin.products / total));
    })}</g>${labelsBelow(
      AREA,
      x.ticks.map((tick) => [x.position(tick), euros(tick)] as const),
    )}<text class="end" x="${AREA.right}" y="${HEIGHT - 2}">euros</text>`,
  };
}

/** Reviews by stars. */
export function ratingsChart({ ratings }: RealismPlots): Chart {
  const total = Math.max(1, totalOf(ratings));
  const y = linearScale(Math.max(...ratings) / total, [AREA.bottom, AREA.top], 4);
  const step = (AREA.right - AREA.left) / ratings.length;
  return {
    id: 'ratings',
    title: 'Ratings',
    description: `Bars: ${ratings.map((count, i) => `${i + 1} stars ${formatShare(count, total)}`).join(', ')}.`,
    caption: 'Share of reviews by stars: the J of web shops.',
    width: WIDTH,
    height: HEIGHT,
    content: html`${valueAxis(AREA, y, axisShare)}<g class="c1">${ratings.map((count, i) =>
      bar(AREA, AREA.left + (i + 0.2) * step, step * 0.6, y.position(count / total)),
    )}</g>${labelsBelow(
      AREA,
      ratings.map((_, i) => [AREA.left + (i + 0.5) * step, `${i + 1}`] as const),
    )}<text class="end" x="${AREA.right}" y="${HEIGHT - 2}">stars</text>`,
  };
}
