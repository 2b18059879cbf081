import { formatMoment, formatSetting } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { type Plot, type PlotSize, pixel } from '../plots/drawing.ts';
import { linearScale } from '../plots/scale.ts';
import { goodputText, p99Text, taintsText, verdictText } from './history-text.ts';
import type { RunSummary, Trend } from './run-summary.ts';

const PANEL_HEIGHT = 90;
const PANEL_HEAD = 26;

/** How a run stands in a trend; told by its shape, not by its colour alone. */
type Standing = 'sound' | 'suspect' | 'bad';

function standingOf({ status, taints }: RunSummary): Standing {
  if (status !== 'pass') return 'bad';
  return taints.some(({ level }) => level !== 'note') ? 'suspect' : 'sound';
}

/** Goodput and p99 of runs that can be compared, in their order; each point leads to its report. */
export function trendPlot(id: string, trend: Trend): Plot {
  const first = trend.runs[0];
  const last = trend.runs.at(-1);
  const described = [first, last].map((run) =>
    run === undefined
      ? ''
      : `${formatMoment(run.startedAt)}: goodput ${goodputText(run)}/s, p99 ${p99Text(run)} ms`,
  );
  return {
    id,
    title: `Goodput and p99 of ${trend.scenario} over ${trend.runs.length} runs`,
    description: `From ${described.join(' to ')}.`,
    draw: (size) => draw(trend, size),
  };
}

function draw({ runs }: Trend, size: PlotSize): { height: number; content: Html } {
  const left = 56;
  const right = size.width - 20;
  const x = (index: number) => left + ((right - left) * (index + 0.5)) / runs.length;
  const panels = [
    { title: 'goodput, committed/s', of: (run: RunSummary) => run.goodputPerSecond },
    {
      title: 'response p99, ms',
      of: ({ p99 }: RunSummary) => (p99 === null ? null : p99.value.valueUs / 1_000),
    },
  ];
  const drawn = panels.map(({ title, of }, panel) => {
    const top = PANEL_HEAD + panel * (PANEL_HEIGHT + PANEL_HEAD);
    const bottom = top + PANEL_HEIGHT;
    const values = runs.map(of);
    const max = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
    const y = linearScale(max, [bottom, top], 3);
    const axis = y.ticks.map((tick, index) => {
      const at = pixel(y.position(tick));
      return html`<line class="${index === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick end" x="${left - 6}" y="${pixel(y.position(tick) + 4)}">${formatSetting(tick)}</text>`;
    });
    const points = runs.map((run, index) => {
      const value = values[index] ?? null;
      return value === null ? null : mark(run, x(index), y.position(value));
    });
    return html`<text class="panel" x="${left}" y="${top - 8}">${title}</text>${axis}${points}`;
  });
  const bottom = panels.length * (PANEL_HEIGHT + PANEL_HEAD);
  const [first, last] = [runs[0], runs.at(-1)];
  return {
    height: bottom + 26,
    content: html`${drawn}<text class="tick" x="${left}" y="${bottom + 18}">${formatMoment(first?.startedAt ?? '').slice(0, 16)}</text><text class="tick end" x="${right}" y="${bottom + 18}">${formatMoment(last?.startedAt ?? '').slice(0, 16)}</text>`,
  };
}

function mark(run: RunSummary, x: number, y: number): Html {
  const standing = standingOf(run);
  const label = `${formatMoment(run.startedAt)}: goodput ${goodputText(run)}/s, p99 ${p99Text(run)} ms, ${verdictText(run)}, taints ${taintsText(run)}`;
  const shape = {
    sound: html`<circle class="sound" cx="${pixel(x)}" cy="${pixel(y)}" r="4"/>`,
    suspect: html`<path class="suspect" d="M${pixel(x)} ${pixel(y - 6)}L${pixel(x + 5.5)} ${pixel(y + 4)}H${pixel(x - 5.5)}Z"/>`,
    bad: html`<path class="failed" d="M${pixel(x - 4)} ${pixel(y - 4)}l8 8m0 -8l-8 8"/>`,
  }[standing];
  return html`<a href="${reportOf(run)}" aria-label="${label}"><title>${label}</title><circle class="reach" cx="${pixel(x)}" cy="${pixel(y)}" r="10"/>${shape}</a>`;
}

/** The page of a run or an experiment, from the folder of all runs. */
export function reportOf({ folder }: Pick<RunSummary, 'folder'>): string {
  return `${encodeURIComponent(folder)}/report.html`;
}
