import { formatSetting } from '../format.ts';
import { html } from '../html-text.ts';
import {
  linePath,
  type Plot,
  type PlotLimit,
  type PlotSize,
  type Point,
  pixel,
  widestName,
} from './drawing.ts';
import { linearScale, logScale } from './scale.ts';

/** What share of the arrivals was answered within each time. */
export interface EcdfLine {
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  /** Rising; a line that ends below 1 ends because the rest never committed. */
  readonly points: readonly { readonly share: number; readonly valueMs: number }[];
}

const TICK_LABEL_WIDTH = 42;

/** Share of arrivals against milliseconds on a log scale. */
export function ecdf(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly lines: readonly EcdfLine[];
  readonly limits: readonly PlotLimit[];
}): Plot {
  const { id, title, description, lines, limits } = options;
  return { id, title, description, draw: (size) => draw(lines, limits, size) };
}

function draw(lines: readonly EcdfLine[], limits: readonly PlotLimit[], size: PlotSize) {
  const isWide = size.name === 'wide';
  const height = isWide ? 340 : 300;
  const left = 52;
  const right = size.width - 36 - widestName(lines.map(({ label }) => label));
  const top = 26;
  const bottom = height - 44;
  const values = lines.flatMap(({ points }) => points.map(({ valueMs }) => valueMs));
  const x = logScale(Math.min(...values), Math.max(...values), [left, right]);
  const last = x.ticks.at(-1) ?? 0;
  const y = linearScale(100, [bottom, top], 5);
  const rows = y.ticks.map((tick, index) => {
    const at = pixel(y.position(tick));
    return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
  });
  let labelledTo = Number.NEGATIVE_INFINITY;
  const columns = x.ticks.map((tick) => {
    const at = x.position(tick);
    const hasRoom = at - labelledTo >= TICK_LABEL_WIDTH;
    if (hasRoom) labelledTo = at;
    return html`<line class="grid" x1="${pixel(at)}" x2="${pixel(at)}" y1="${top}" y2="${bottom}"/>${
      hasRoom
        ? html`<text class="tick middle" x="${pixel(at)}" y="${bottom + 17}">${formatSetting(tick)}</text>`
        : null
    }`;
  });
  // A limit far from everything that was seen would leave the lines no room; the spectrum has it.
  const near = limits.filter(({ valueMs }) => valueMs >= (x.ticks[0] ?? 0) && valueMs <= last);
  const rules = near.map(({ text, valueMs }) => {
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
  // All lines end at the same height: their names stand in the order of their medians, in their colours.
  const median = ({ points }: EcdfLine) =>
    points.find(({ share }) => share >= 0.5)?.valueMs ?? Number.POSITIVE_INFINITY;
  const names = lines
    .toSorted((a, b) => median(a) - median(b))
    .map(
      ({ label, color }, index) =>
        html`<text class="label c${color}" x="${right + 15}" y="${top + 12 + 17 * index}">■ ${label}</text>`,
    );
  return {
    height,
    content: html`${rows}${columns}${rules}${paths}${names}<text class="note" x="${left - 46}" y="14">% of arrivals</text><text class="note end" x="${right}" y="${height - 6}">response time, ms (log scale)</text>`,
  };
}
