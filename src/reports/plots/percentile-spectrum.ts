import { formatSetting } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import {
  linePath,
  type Plot,
  type PlotLimit,
  type PlotSize,
  type Point,
  pixel,
  spreadLabels,
  widestName,
} from './drawing.ts';
import { logScale } from './scale.ts';

/** Latency by percentile for one transaction, as far as its samples carry. */
export interface SpectrumLine {
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  readonly isDashed: boolean;
  readonly points: readonly { readonly quantile: number; readonly valueMs: number }[];
  /** The line ends early because all that lies beyond never committed. */
  readonly isCutOff: boolean;
}

const TICKS = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];

/** Percentiles on a log scale of 1/(1-p) against milliseconds on a log scale. */
export function percentileSpectrum(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly lines: readonly SpectrumLine[];
  readonly limits: readonly PlotLimit[];
}): Plot {
  const { id, title, description } = options;
  const lines = options.lines.filter((line) => line.points.length > 1);
  return { id, title, description, draw: (size) => draw(lines, options.limits, size) };
}

function draw(
  lines: readonly SpectrumLine[],
  limits: readonly PlotLimit[],
  size: PlotSize,
): { height: number; content: Html } {
  const isWide = size.name === 'wide';
  const height = isWide ? 420 : 340;
  const left = 52;
  const right = size.width - 22 - widestName(lines.map(({ label }) => label));
  const top = 22;
  const bottom = height - 44;
  const all = lines.flatMap((line) => line.points);
  const values = [...all.map((each) => each.valueMs), ...limits.map((each) => each.valueMs)];
  const y = logScale(Math.min(...values), Math.max(...values), [bottom, top]);
  const farthest = Math.max(...all.map((each) => each.quantile));
  const nearest = Math.min(...all.map((each) => each.quantile));
  const odds = (quantile: number) => Math.log(1 / (1 - quantile));
  const span = odds(farthest) - odds(nearest);
  const x = (quantile: number) =>
    left + ((right - left) * (odds(quantile) - odds(nearest))) / (span === 0 ? 1 : span);

  const grid = y.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${pixel(y.position(tick))}" y2="${pixel(y.position(tick))}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`,
  );
  const ticks = TICKS.filter((quantile) => quantile >= nearest && quantile <= farthest).filter(
    (quantile) => isWide || quantile !== 0.95,
  );
  const columns = ticks.map(
    (quantile) =>
      html`<line class="grid" x1="${pixel(x(quantile))}" x2="${pixel(x(quantile))}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${pixel(x(quantile))}" y="${bottom + 17}">${percent(quantile)}</text>`,
  );
  const rules = limits.map(({ text, valueMs }) => {
    const at = y.position(valueMs);
    // Below the line where the name of the axis is above it.
    const noteY = at - 5 < top + 10 ? at + 14 : at - 5;
    return html`<line class="limit" x1="${left}" x2="${right}" y1="${pixel(at)}" y2="${pixel(at)}"/><text class="note" x="${left + 6}" y="${pixel(noteY)}">limit: ${text}</text>`;
  });
  const pathOf = (line: SpectrumLine): readonly Point[] =>
    line.points.map((point) => [x(point.quantile), y.position(point.valueMs)]);
  const paths = lines.map((line) => {
    const points = pathOf(line);
    const [endX, endY] = points.at(-1) ?? [left, bottom];
    const cut = line.isCutOff
      ? html`<path class="cut c${line.color}" d="M${pixel(endX - 5)} ${pixel(endY)}L${pixel(endX)} ${pixel(endY - 8)}L${pixel(endX + 5)} ${pixel(endY)}Z"/>`
      : null;
    return html`<path class="line c${line.color}${line.isDashed ? ' dashed' : ''}" d="${linePath(points)}"/>${cut}`;
  });
  const labels = endLabels(
    lines.filter((line) => !line.isDashed).map((line) => ({ line, end: pathOf(line).at(-1) })),
    right,
    [top + 4, bottom],
  );
  return {
    height,
    content: html`${grid}${columns}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${rules}${paths}${labels}<text class="note" x="${left - 46}" y="12">ms (log scale)</text><text class="note end" x="${right}" y="${height - 6}">percentile of arrivals (log scale of 1/(1-p))</text>`,
  };
}

function endLabels(
  ends: readonly { readonly line: SpectrumLine; readonly end: Point | undefined }[],
  right: number,
  bounds: readonly [number, number],
): readonly Html[] {
  const placed = spreadLabels(
    ends.map(({ end }) => end?.[1] ?? bounds[1]),
    15,
    bounds,
  );
  return ends.map(({ line, end }, index) => {
    const [endX, endY] = end ?? [right, bounds[1]];
    const labelY = placed[index] ?? endY;
    return html`<path class="leader c${line.color}" d="${linePath([
      [endX, endY],
      [right + 6, labelY],
      [right + 12, labelY],
    ])}"/><text class="label c${line.color}" x="${right + 15}" y="${pixel(labelY + 4)}">${line.label}</text>`;
  });
}

function percent(quantile: number): string {
  return String(Number((100 * quantile).toFixed(3)));
}
