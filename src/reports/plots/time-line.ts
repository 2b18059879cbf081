import { formatSetting } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { type Plot, type PlotSize, pixel, type Step, stepArea, stepPath } from './drawing.ts';
import { linearScale, logScale, type Scale } from './scale.ts';

/** A value for each interval of the time line, in its order; null where there was none. */
type SeriesValues = readonly (number | null)[];

/** One panel of the small multiples. All panels share the time axis. */
export type TimeLinePanel = {
  readonly title: string;
  /** Colours belong to transactions: what is of the whole run is drawn in ink, failures in red. */
  readonly tone: 'total' | 'bad';
} & (
  | {
      readonly kind: 'lines';
      readonly lines: readonly { readonly values: SeriesValues; readonly isFaint: boolean }[];
      readonly reference: { readonly value: number; readonly label: string } | null;
    }
  | {
      /** Nested bands from the first to each later series, on a log axis. */
      readonly kind: 'bands';
      readonly low: SeriesValues;
      readonly middle: SeriesValues;
      readonly high: SeriesValues;
    }
  | { readonly kind: 'bars'; readonly values: SeriesValues }
  | {
      /** Layers on each other from zero, the first at the bottom, in intervals of their own. */
      readonly kind: 'stack';
      readonly intervals: readonly TimeLinePhase[];
      readonly layers: readonly {
        readonly label: string;
        /** Index into the palette. */
        readonly color: number;
        readonly values: readonly number[];
      }[];
    }
);

interface TimeLineMark {
  readonly atMs: number;
  readonly text: string;
}

interface TimeLinePhase {
  readonly startMs: number;
  readonly endMs: number;
}

interface TimeLineOptions {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly endMs: number;
  /** Where each interval lies, in the order of the values. */
  readonly intervals: readonly { readonly startMs: number; readonly endMs: number }[];
  /** What each interval says when it is pointed at. */
  readonly notes: readonly string[];
  readonly panels: readonly TimeLinePanel[];
  readonly marks: readonly TimeLineMark[];
  /** Stretches that are not part of the measurement; they are shaded. */
  readonly phases: readonly TimeLinePhase[];
}

const PANEL_HEIGHTS = { lines: 84, bands: 120, bars: 44, stack: 84 } as const;
const PANEL_HEAD = 24;
const MARK_ROW = 15;
const MAX_MARK_ROWS = 4;

/** Small multiples on one time axis, with marks as rules through all of them. */
export function timeLine(options: TimeLineOptions): Plot {
  const { id, title, description } = options;
  return { id, title, description, draw: (size) => draw(options, size) };
}

function draw(options: TimeLineOptions, size: PlotSize): { height: number; content: Html } {
  const left = 52;
  const right = size.width - 14;
  const x = (atMs: number) => left + ((right - left) * atMs) / Math.max(options.endMs, 1);
  const marks = placeMarks(options.marks, x, right);
  const top = MARK_ROW * (1 + Math.max(-1, ...marks.map((mark) => mark.row ?? -1))) + 4;
  let y = top;
  const panels = options.panels.map((panel) => {
    const from = y + PANEL_HEAD;
    const to = from + PANEL_HEIGHTS[panel.kind];
    y = to + 8;
    return drawPanel(panel, options.intervals, x, { left, right, top: from, bottom: to });
  });
  const bottom = y;
  const time = linearScale(options.endMs / 1_000, [0, 1], size.name === 'wide' ? 10 : 5);
  const seconds = time.ticks
    .filter((tick) => tick * 1_000 <= options.endMs * 1.001)
    .map(
      (tick) =>
        html`<text class="tick middle" x="${pixel(x(tick * 1_000))}" y="${bottom + 14}">${formatSetting(tick)}</text>`,
    );
  const shades = options.phases
    .filter((phase) => phase.endMs > phase.startMs)
    .map(
      (phase) =>
        html`<rect class="shade" x="${pixel(x(phase.startMs))}" y="${top}" width="${pixel(x(phase.endMs) - x(phase.startMs))}" height="${pixel(bottom - top)}"/>`,
    );
  const rules = marks.map(
    (mark) =>
      html`<line class="mark" x1="${pixel(mark.x)}" x2="${pixel(mark.x)}" y1="${mark.row === null ? top : 4 + MARK_ROW * mark.row}" y2="${bottom}"/>${
        mark.row === null
          ? null
          : html`<text class="note${mark.isLeft ? ' end' : ''}" x="${pixel(mark.x + (mark.isLeft ? -4 : 4))}" y="${13 + MARK_ROW * mark.row}">${mark.text}</text>`
      }`,
  );
  const tips = options.intervals.map(
    ({ startMs, endMs }, index) =>
      html`<rect class="tip" x="${pixel(x(startMs))}" y="${top}" width="${pixel(x(endMs) - x(startMs))}" height="${pixel(bottom - top)}"><title>${options.notes[index] ?? ''}</title></rect>`,
  );
  return {
    height: bottom + 34,
    content: html`${shades}${rules}${panels}${seconds}${tips}<text class="note end" x="${right}" y="${bottom + 29}">seconds since the start of the warm-up</text>`,
  };
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function drawPanel(
  panel: TimeLinePanel,
  intervals: TimeLineOptions['intervals'],
  x: (atMs: number) => number,
  frame: Frame,
): Html {
  const steps = (values: SeriesValues): readonly Step[] =>
    intervals.map(({ startMs, endMs }, index) => ({
      from: x(startMs),
      to: x(endMs),
      value: values[index] ?? null,
    }));
  const range = [frame.bottom, frame.top] as const;
  const head = html`<text class="panel" x="${frame.left}" y="${frame.top - 8}">${panel.title}</text>`;
  if (panel.kind === 'bands') {
    const positive = [...panel.low, ...panel.high].flatMap((value) =>
      value === null || value <= 0 ? [] : [value],
    );
    if (positive.length === 0) return html`${head}${nothing(frame)}`;
    const y = logScale(Math.min(...positive), Math.max(...positive), range);
    const [low, middle, high] = [steps(panel.low), steps(panel.middle), steps(panel.high)];
    return html`${head}${axis(y, frame)}<path class="band outer ${panel.tone}" d="${stepArea(high, low, y.position)}"/><path class="band inner ${panel.tone}" d="${stepArea(middle, low, y.position)}"/><path class="line ${panel.tone}" d="${stepPath(low, y.position)}"/>`;
  }
  if (panel.kind === 'bars') {
    const y = linearScale(largest(panel.values), range, 2, 1);
    const bars = steps(panel.values).map(({ from, to, value }) => {
      if (value === null) return '';
      const top = Math.min(y.position(value), frame.bottom - (value === 0 ? 1 : 2));
      return `M${pixel(from)} ${pixel(frame.bottom)}V${pixel(top)}H${pixel(to)}V${pixel(frame.bottom)}Z`;
    });
    return html`${head}${axis(y, frame)}<path class="bar ${panel.tone}" d="${bars.join('')}"/>`;
  }
  if (panel.kind === 'stack') return html`${head}${drawStack(panel, x, frame)}`;
  const { reference } = panel;
  const all = panel.lines.flatMap((line) => line.values);
  const y = linearScale(Math.max(largest(all), reference?.value ?? 0), range, 3);
  const rule =
    reference === null
      ? null
      : html`<line class="limit" x1="${frame.left}" x2="${frame.right}" y1="${pixel(y.position(reference.value))}" y2="${pixel(y.position(reference.value))}"/><text class="note end" x="${frame.right}" y="${frame.top - 8}">${reference.label}</text>`;
  const paths = panel.lines.map(
    (line) =>
      html`<path class="line ${line.isFaint ? 'faint' : panel.tone}" d="${stepPath(steps(line.values), y.position)}"/>`,
  );
  return html`${head}${axis(y, frame)}${rule}${paths}`;
}

function drawStack(
  { intervals, layers }: Extract<TimeLinePanel, { kind: 'stack' }>,
  x: (atMs: number) => number,
  frame: Frame,
): Html {
  const upTo = (layer: number, index: number) =>
    layers.slice(0, layer).reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
  const tops = intervals.map((_, index) => upTo(layers.length, index));
  const y = linearScale(largest(tops), [frame.bottom, frame.top], 3);
  const steps = (layer: number): readonly Step[] =>
    intervals.map(({ startMs, endMs }, index) => ({
      from: x(startMs),
      to: x(endMs),
      value: upTo(layer, index),
    }));
  const areas = layers.map(
    ({ color }, layer) =>
      html`<path class="layer c${color}" d="${stepArea(steps(layer + 1), steps(layer), y.position)}"/>`,
  );
  // Named where a legend would be, in the order of the layers.
  const names = layers.map(
    ({ label, color }, layer) =>
      html`<tspan class="name c${color}">${layer === 0 ? '' : '\u00a0\u00a0'}■ ${label}</tspan>`,
  );
  return html`${axis(y, frame)}${areas}<text class="note end" x="${frame.right}" y="${frame.top - 8}">${names}</text>`;
}

function largest(values: SeriesValues): number {
  return values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
}

function axis(y: Scale, frame: Frame): Html {
  const rows = y.ticks.map((tick, index) => {
    const at = pixel(y.position(tick));
    return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${frame.left}" x2="${frame.right}" y1="${at}" y2="${at}"/><text class="tick end" x="${frame.left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
  });
  return html`${rows}`;
}

function nothing(frame: Frame): Html {
  return html`<text class="note" x="${frame.left}" y="${frame.top + 16}">nothing to show</text>`;
}

interface PlacedMark {
  readonly x: number;
  readonly text: string;
  /** The row of the label; null where there was no room for one. */
  readonly row: number | null;
  readonly isLeft: boolean;
}

/** Gives each label the first row where it meets no other. */
function placeMarks(
  marks: readonly TimeLineMark[],
  x: (atMs: number) => number,
  right: number,
): readonly PlacedMark[] {
  const taken: { row: number; from: number; to: number }[] = [];
  return [...marks]
    .sort((a, b) => a.atMs - b.atMs)
    .map((mark) => {
      const text = mark.text.length > 34 ? `${mark.text.slice(0, 33)}…` : mark.text;
      const width = 8 + 6.6 * text.length;
      const at = x(mark.atMs);
      const isLeft = at + width > right;
      const [from, to] = isLeft ? [at - width, at] : [at, at + width];
      for (let row = 0; row < MAX_MARK_ROWS; row += 1) {
        const isFree = taken.every(
          (other) => other.row !== row || other.to <= from || other.from >= to,
        );
        if (isFree) {
          taken.push({ row, from, to });
          return { x: at, text, row, isLeft };
        }
      }
      return { x: at, text, row: null, isLeft };
    });
}
