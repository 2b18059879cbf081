import { formatSetting } from '../format.ts';
import { html } from '../html-text.ts';
import { linePath, type Plot, type PlotSize, type Point, pixel } from './drawing.ts';
import { linearScale } from './scale.ts';

/** A class by what it costs and what it takes. */
export interface ParetoPoint {
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  readonly usdPerHour: number;
  readonly perSecond: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Load against price: up and to the left is better, and what lies on the line is beaten by nothing. */
export function paretoPlot(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly headline: string;
  readonly points: readonly ParetoPoint[];
  readonly objective: number | null;
}): Plot {
  const { id, title, description, points, objective, headline } = options;
  return { id, title, description, draw: (size) => draw(points, objective, headline, size) };
}

function draw(
  points: readonly ParetoPoint[],
  objective: number | null,
  headline: string,
  size: PlotSize,
) {
  const height = size.name === 'wide' ? 340 : 300;
  const [left, right, top, bottom] = [60, size.width - 24, 26, height - 44];
  const x = linearScale(
    1.15 * Math.max(...points.map(({ usdPerHour }) => usdPerHour)),
    [left, right],
    5,
  );
  const highest = Math.max(
    objective ?? 0,
    ...points.map(({ perSecond, upper }) => upper ?? perSecond),
  );
  const y = linearScale(highest, [bottom, top], 5);
  const rows = y.ticks.map((tick, index) => {
    const at = pixel(y.position(tick));
    return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const at = pixel(x.position(tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${at}" y="${bottom + 17}">${formatSetting(tick)}</text>`;
  });
  const front = frontOf(points);
  const path: Point[] = front.flatMap(({ usdPerHour, perSecond }, index): Point[] => {
    const at: Point = [x.position(usdPerHour), y.position(perSecond)];
    const before = front[index - 1];
    return before === undefined ? [at] : [[at[0], y.position(before.perSecond)], at];
  });
  const marks = points.map(({ label, color, usdPerHour, perSecond, lower, upper }) => {
    const [atX, atY] = [x.position(usdPerHour), y.position(perSecond)];
    const bar =
      lower === null || upper === null
        ? null
        : html`<line class="line c${color}" x1="${pixel(atX)}" x2="${pixel(atX)}" y1="${pixel(y.position(lower))}" y2="${pixel(y.position(upper))}"/>`;
    const isFar = atX > (left + 2 * right) / 3;
    return html`${bar}<circle class="dot c${color}" cx="${pixel(atX)}" cy="${pixel(atY)}" r="5"/><text class="label c${color}${isFar ? ' end' : ''}" x="${pixel(atX + (isFar ? -10 : 10))}" y="${pixel(atY + 4)}">${label}</text>`;
  });
  const goal =
    objective === null
      ? null
      : html`<line class="limit" x1="${left}" x2="${right}" y1="${pixel(y.position(objective))}" y2="${pixel(y.position(objective))}"/><text class="note" x="${left + 6}" y="${pixel(y.position(objective) - 5)}">objective: ${formatSetting(objective)}/s</text>`;
  return {
    height,
    content: html`${rows}${columns}${goal}${path.length < 2 ? null : html`<path class="line faint" d="${linePath(path)}"/>`}${marks}<text class="note" x="4" y="14">${headline} per second</text><text class="note end" x="${right}" y="${height - 6}">dollars an hour, on demand</text>`,
  };
}

/** The classes that none both as cheap and as strong surpasses, the cheapest first. */
function frontOf(points: readonly ParetoPoint[]): readonly ParetoPoint[] {
  const sorted = points.toSorted(
    (a, b) => a.usdPerHour - b.usdPerHour || b.perSecond - a.perSecond,
  );
  let best = 0;
  return sorted.filter(({ perSecond }) => {
    if (perSecond <= best) return false;
    best = perSecond;
    return true;
  });
}
