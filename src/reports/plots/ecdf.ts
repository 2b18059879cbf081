import { formatSetting } from '../format.ts';
import { html } from '../html-text.ts';
import { linePath, type Plot, type PlotSize, type Point, pixel, spreadLabels } from './drawing.ts';
import { linearScale, logScale } from './scale.ts';

/** What share of the arrivals was answered within each time. */
export interface EcdfLine {
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  /** Rising; a line that ends below 1 ends because the rest never committed. */
  readonly points: readonly { readonly share: number; readonly valueMs: number }[];
}

interface EcdfLimit {
  readonly text: string;
  readonly valueMs: number;
}

/** Share of arrivals against milliseconds on a log scale. */
export function ecdf(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly lines: readonly EcdfLine[];
  readonly limits: readonly EcdfLimit[];
}): Plot {
  const { id, title, description, lines, limits } = options;
  return { id, title, description, draw: (size) => draw(lines, limits, size) };
}

function draw(lines: readonly EcdfLine[], limits: readonly EcdfLimit[], size: PlotSize) {
  const isWide = size.name === 'wide';
  const height = isWide ? 340 : 300;
  const left = 52;
  const right = size.width - (isWide ? 150 : 126);
  const top = 26;
  const bottom = height - 44;
  const values = lines.flatMap(({ points }) => points.map(({ valueMs }) => valueMs));
  const all = [...values, ...limits.map(({ valueMs }) => valueMs)];
  const x = logScale(Math.min(...all), Math.max(...all), [left, right]);
  const y = linearScale(100, [bottom, top], 5);
  const rows = y.ticks.map((tick, index) => {
    const at = pixel(y.position(tick));
    return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const at = pixel(x.position(tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${at}" y="${bottom + 17}">${formatSetting(tick)}</text>`;
  });
  const rules = limits.map(({ text, valueMs }) => {
    const at = x.position(valueMs);
    const isLeft = at > (left + right) / 2;
    return html`<line class="limit" x1="${pixel(at)}" x2="${pixel(at)}" y1="${top}" y2="${bottom}"/><text class="note${isLeft ? ' end' : ''}" x="${pixel(at + (isLeft ? -5 : 5))}" y="${bottom - 8}">limit: ${text}</text>`;
  });
  const paths = lines.map(({ color, points }) => {
    const path = points.map(
      ({ share, valueMs }): Point => [x.position(valueMs), y.position(100 * share)],
    );
    return html`<path class="line c${color}" d="${linePath(path)}"/>`;
  });
  const ends = lines.map(({ points }) => points.at(-1) ?? { share: 0, valueMs: 1 });
  const placed = spreadLabels(
    ends.map(({ share }) => y.position(100 * share)),
    15,
    [top + 4, bottom],
  );
  const labels = lines.map(({ label, color }, index) => {
    const end = ends[index] ?? { share: 0, valueMs: 1 };
    const labelY = placed[index] ?? bottom;
    const leader = linePath([
      [x.position(end.valueMs), y.position(100 * end.share)],
      [right + 6, labelY],
      [right + 12, labelY],
    ]);
    return html`<path class="leader c${color}" d="${leader}"/><text class="label c${color}" x="${right + 15}" y="${pixel(labelY + 4)}">${label}</text>`;
  });
  return {
    height,
    content: html`${rows}${columns}${rules}${paths}${labels}<text class="note" x="${left - 46}" y="14">% of arrivals</text><text class="note end" x="${right}" y="${height - 6}">response time, ms (log scale)</text>`,
  };
}
