import { type Html, html } from '../html-text.ts';
import { pixel } from '../plots/drawing.ts';
import type { Scale } from '../plots/scale.ts';

/** Where a chart draws: the area between its axes, in pixels of its view box. */
export interface ChartArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What is drawn and what it shows, for those who do not see it. */
  readonly description: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly content: Html;
}

/** A chart in one size, with its title above and a caption below. */
export function chartFigure(chart: Chart): Html {
  const { id, title, description, caption, width, height, content } = chart;
  return html`<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc><text class="panel" x="0" y="12">${title}</text>${content}</svg><figcaption>${caption}</figcaption></figure>
`;
}

/** Grid lines across the area with their labels at the left. */
export function valueAxis(area: ChartArea, scale: Scale, label: (tick: number) => string): Html {
  return html`${scale.ticks.map((tick) => {
    const y = pixel(scale.position(tick));
    return html`<line class="grid" x1="${area.left}" x2="${area.right}" y1="${y}" y2="${y}"/><text class="end" x="${area.left - 8}" y="${pixel(scale.position(tick) + 4)}">${label(tick)}</text>`;
  })}`;
}

/** Labels below the area, at positions in pixels. */
export function labelsBelow(
  area: ChartArea,
  labels: readonly (readonly [x: number, text: string])[],
): Html {
  return html`${labels.map(
    ([x, text]) =>
      html`<text class="middle" x="${pixel(x)}" y="${area.bottom + 18}">${text}</text>`,
  )}`;
}

/** A bar that stands on the floor of the area. */
export function bar(area: ChartArea, x: number, width: number, top: number): Html {
  return html`<rect class="bar" x="${pixel(x)}" width="${pixel(width)}" y="${pixel(top)}" height="${pixel(Math.max(0, area.bottom - top))}"/>`;
}
