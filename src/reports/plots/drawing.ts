import type { Html } from '../html-text.ts';
import { html } from '../html-text.ts';

/** The two drawings of each plot: one for wide screens and paper, one for telephones. */
const PLOT_SIZES = [
  { name: 'wide', width: 1_040 },
  { name: 'narrow', width: 440 },
] as const;

export type PlotSize = (typeof PLOT_SIZES)[number];

export interface Plot {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What is drawn and what it shows, for those who do not see it. */
  readonly description: string;
  /** Draws for one size; the height is its own choice. */
  draw(size: PlotSize): { readonly height: number; readonly content: Html };
}

/** A plot in both sizes; the style sheet shows the one that fits. */
export function plotFigure(plot: Plot, caption: Html): Html {
  const drawings = PLOT_SIZES.map((size) => {
    const { height, content } = plot.draw(size);
    const id = `${plot.id}-${size.name}`;
    return html`<svg class="${size.name}" viewBox="0 0 ${size.width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${plot.title}</title><desc id="${id}-desc">${plot.description}</desc>${content}</svg>`;
  });
  return html`<figure>${drawings}<figcaption>${caption}</figcaption></figure>`;
}

/** A threshold, drawn as a thin line. */
export interface PlotLimit {
  readonly text: string;
  readonly valueMs: number;
}

/** About how wide the longest of these names is, in pixels. */
export function widestName(names: readonly string[]): number {
  return 7 * Math.max(0, ...names.map((name) => name.length));
}

/** A coordinate with a tenth of a pixel, as short as it can be written. */
export function pixel(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export type Point = readonly [x: number, y: number];

/** The `d` of a path through points. */
export function linePath(points: readonly Point[]): string {
  return points
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${pixel(x)} ${pixel(y)}`)
    .join('');
}

/** One value that holds over a stretch of the x axis, in pixels; null where there was none. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

/**
 * The `d` of a line that keeps each value over its whole stretch: nothing is smoothed, and where a
 * value is missing or two stretches do not touch, the line has a gap.
 */
export function stepPath(steps: readonly Step[], y: (value: number) => number): string {
  return runs(steps)
    .map((run) =>
      linePath(
        run.flatMap(({ from, to, value }): Point[] => [
          [from, y(value)],
          [to, y(value)],
        ]),
      ),
    )
    .join('');
}

/** The `d` of the area between two such lines. */
export function stepArea(
  upper: readonly Step[],
  lower: readonly Step[],
  y: (value: number) => number,
): string {
  const floors = new Map(lower.map((step) => [step.from, step.value]));
  return runs(upper)
    .map((run) => {
      const there = run.flatMap(({ from, to, value }): Point[] => [
        [from, y(value)],
        [to, y(value)],
      ]);
      const back = [...run].reverse().flatMap(({ from, to, value }): Point[] => {
        const floor = y(floors.get(from) ?? value);
        return [
          [to, floor],
          [from, floor],
        ];
      });
      return `${linePath([...there, ...back])}Z`;
    })
    .join('');
}

type FilledStep = Step & { readonly value: number };

function runs(steps: readonly Step[]): readonly (readonly FilledStep[])[] {
  const found: FilledStep[][] = [];
  let end: number | null = null;
  for (const { from, to, value } of steps) {
    if (value === null) {
      end = null;
      continue;
    }
    const current = end !== null && Math.abs(from - end) < 0.05 ? found.at(-1) : undefined;
    if (current === undefined) found.push([{ from, to, value }]);
    else current.push({ from, to, value });
    end = to;
  }
  return found;
}

/**
 * Moves label positions apart to at least `gap`, keeping their order and staying within bounds as
 * far as there is room.
 */
export function spreadLabels(
  wanted: readonly number[],
  gap: number,
  bounds: readonly [number, number],
): readonly number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  const [top, bottom] = bounds;
  let previous = top - gap;
  for (const label of order) {
    label.y = Math.max(label.y, previous + gap);
    previous = label.y;
  }
  let next = bottom + gap;
  for (const label of [...order].reverse()) {
    label.y = Math.min(label.y, next - gap);
    next = label.y;
  }
  const placed = [...wanted];
  for (const { y, index } of order) placed[index] = y;
  return placed;
}
