import { html } from '../html-text.ts';
import { linePath, type Plot, type Point, pixel } from './drawing.ts';

/** By how much one quantile changed, as a share, and its bounds; null: not bounded. */
interface ShiftPoint {
  readonly quantile: number;
  readonly estimate: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

const TICKS = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The change of a distribution at each of its quantiles: above zero is slower. */
export function shiftPlot(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly points: readonly ShiftPoint[];
}): Plot {
  const { id, title, description, points } = options;
  return {
    id,
    title,
    description,
    draw(size) {
      const height = size.name === 'wide' ? 300 : 260;
      const [left, right, top, bottom] = [64, size.width - 16, 22, height - 44];
      const odds = (quantile: number) => Math.log(1 / (1 - quantile));
      const [first, last] = [points[0]?.quantile ?? 0, points.at(-1)?.quantile ?? 1];
      const span = odds(last) - odds(first) || 1;
      const x = (quantile: number) =>
        left + ((right - left) * (odds(quantile) - odds(first))) / span;
      const values = points.flatMap(({ estimate, lower, upper }) => [
        estimate,
        lower ?? estimate,
        upper ?? estimate,
      ]);
      const reach = Math.max(0.02, ...values.map(Math.abs));
      const step = STEPS.find((each) => reach / each <= 4) ?? reach;
      const low = Math.min(0, ...values.map((value) => Math.floor(value / step) * step));
      const high = Math.max(step, ...values.map((value) => Math.ceil(value / step) * step));
      const y = (value: number) => bottom - ((bottom - top) * (value - low)) / (high - low);
      const count = Math.round((high - low) / step);
      const rows = Array.from({ length: count + 1 }, (_, index) => low + index * step).map(
        (value) =>
          html`<line class="${Math.abs(value) < step / 2 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${pixel(y(value))}" y2="${pixel(y(value))}"/><text class="tick end" x="${left - 6}" y="${pixel(y(value) + 4)}">${percent(value)}</text>`,
      );
      const columns = TICKS.filter((quantile) => quantile >= first && quantile <= last).map(
        (quantile) =>
          html`<line class="grid" x1="${pixel(x(quantile))}" x2="${pixel(x(quantile))}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${pixel(x(quantile))}" y="${bottom + 17}">${Number((100 * quantile).toFixed(1))}</text>`,
      );
      const bounded = points.filter(({ lower, upper }) => lower !== null && upper !== null);
      const edge = (of: (point: ShiftPoint) => number | null): Point[] =>
        bounded.map((point) => [x(point.quantile), y(of(point) ?? point.estimate)]);
      const band =
        bounded.length < 2
          ? null
          : html`<path class="band outer c0" d="${linePath([
              ...edge(({ upper }) => upper),
              ...edge(({ lower }) => lower).reverse(),
            ])}Z"/>`;
      const line = points.map(({ quantile, estimate }): Point => [x(quantile), y(estimate)]);
      return {
        height,
        content: html`${rows}${columns}${band}<path class="line c0" d="${linePath(line)}"/><text class="note" x="4" y="12">change of the response time</text><text class="note end" x="${right}" y="${height - 6}">percentile of arrivals (log scale of 1/(1-p))</text>`,
      };
    },
  };
}

function percent(share: number): string {
  const value = Number((100 * share).toFixed(1));
  return `${value > 0 ? '+' : ''}${value} %`;
}
