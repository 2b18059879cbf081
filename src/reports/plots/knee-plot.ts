import { formatSetting } from '../format.ts';
import { html } from '../html-text.ts';
import { linePath, type Plot, type PlotSize, type Point, pixel, widestName } from './drawing.ts';
import { logScale } from './scale.ts';

/** How a response time grows with the rate, on one class. */
export interface KneeLine {
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  readonly points: readonly {
    readonly rate: number;
    readonly valueMs: number;
    readonly lowerMs: number | null;
    readonly upperMs: number | null;
    readonly holds: boolean;
  }[];
  /** Where its thresholds hold as often as not; null: not found. */
  readonly capacity: number | null;
}

/** Response time against offered rate, both on log scales: the knee is where a line turns up. */
export function kneePlot(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly lines: readonly KneeLine[];
}): Plot {
  const { id, title, description, lines } = options;
  return { id, title, description, draw: (size) => draw(lines, size) };
}

function draw(lines: readonly KneeLine[], size: PlotSize) {
  const height = size.name === 'wide' ? 360 : 320;
  const [left, top, bottom] = [60, 26, height - 44];
  const right = size.width - 30 - widestName(lines.map(({ label }) => label));
  const points = lines.flatMap((line) => line.points);
  const rates = points.map(({ rate }) => rate);
  const values = points.flatMap(({ valueMs, lowerMs, upperMs }) => [
    valueMs,
    lowerMs ?? valueMs,
    upperMs ?? valueMs,
  ]);
  const x = logScale(Math.min(...rates), Math.max(...rates), [left, right]);
  const y = logScale(Math.min(...values), Math.max(...values), [bottom, top]);
  const rows = y.ticks.map((tick, index) => {
    const at = pixel(y.position(tick));
    return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const at = pixel(x.position(tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${at}" y="${bottom + 17}">${formatSetting(tick)}</text>`;
  });
  const drawn = lines.map(({ color, points: of, capacity }) => {
    const sorted = of.toSorted((a, b) => a.rate - b.rate);
    const path = meansByRate(sorted).map(
      ({ rate, valueMs }): Point => [x.position(rate), y.position(valueMs)],
    );
    const marks = sorted.map(({ rate, valueMs, lowerMs, upperMs, holds }) => {
      const [atX, atY] = [x.position(rate), y.position(valueMs)];
      const bar =
        lowerMs === null || upperMs === null
          ? null
          : html`<line class="grid" x1="${pixel(atX)}" x2="${pixel(atX)}" y1="${pixel(y.position(lowerMs))}" y2="${pixel(y.position(upperMs))}"/>`;
      return html`${bar}<circle class="${holds ? 'dot' : 'dot missed'} c${color}" cx="${pixel(atX)}" cy="${pixel(atY)}" r="4"/>`;
    });
    const rule =
      capacity === null
        ? null
        : html`<line class="limit" x1="${pixel(x.position(capacity))}" x2="${pixel(x.position(capacity))}" y1="${top}" y2="${bottom}"/>`;
    return html`${rule}<path class="line c${color}" d="${linePath(path)}"/>${marks}`;
  });
  const names = lines.map(
    ({ label, color }, index) =>
      html`<text class="label c${color}" x="${right + 12}" y="${top + 12 + 17 * index}">■ ${label}</text>`,
  );
  return {
    height,
    content: html`${rows}${columns}${drawn}${names}<text class="note" x="4" y="14">p99, ms (log scale)</text><text class="note end" x="${right}" y="${height - 6}">arrivals per second that were offered (log scale)</text>`,
  };
}

/** Runs at the same rate as one point of the line: the geometric mean. */
function meansByRate(points: KneeLine['points']): readonly { rate: number; valueMs: number }[] {
  const byRate = new Map<number, { valueMs: number }[]>();
  for (const point of points) {
    const known = byRate.get(point.rate);
    if (known === undefined) byRate.set(point.rate, [point]);
    else known.push(point);
  }
  return [...byRate].map(([rate, those]) => ({
    rate,
    valueMs: Math.exp(
      those.reduce((sum, { valueMs }) => sum + Math.log(valueMs), 0) / those.length,
    ),
  }));
}
