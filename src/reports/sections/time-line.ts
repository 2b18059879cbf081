import type { RunRecord, SeriesPoint } from '../../measurements/run-record.ts';
import {
  durationIn,
  formatCount,
  formatNoun,
  formatPeriod,
  formatQuantile,
  formatSetting,
  formatShare,
  formatSignificant,
} from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { plotFigure } from '../plots/drawing.ts';
import { type TimeLinePanel, timeLine } from '../plots/time-line.ts';
import { targetRatePerSecond } from '../scenario-facts.ts';
import { dataTable, tableBehind } from '../table.ts';
import { type Section, section } from './section.ts';

/** The run over time: rate, latency, failures, retries, replica age and the events of the server. */
export function timeLineSection(record: RunRecord): Section | null {
  const { points, intervalMs } = record.series;
  if (points.length === 0) return null;
  const plot = timeLine({
    id: 'time-line-plot',
    title: 'The run over time',
    description: `Small multiples on one time axis, ${formatNoun(points.length, 'interval')} of ${formatPeriod(intervalMs)}. ${opening(record)}`,
    endMs: endOfLine(record),
    intervals: points.map(({ atMs }) => ({ startMs: atMs, endMs: atMs + intervalMs })),
    notes: points.map(noteOf),
    panels: panels(record),
    marks: [
      { atMs: record.phases.measurement.startMs, text: 'measurement starts' },
      ...record.marks.map(({ atMs, text }) => ({ atMs, text })),
      { atMs: record.phases.measurement.endMs, text: 'ends' },
    ],
    phases: [record.phases.warmup, record.phases.gracefulStop],
  });
  return section({
    id: 'time-line',
    title: 'Time line',
    opening: opening(record),
    body: html`${plotFigure(
      plot,
      html`All transactions together. Shaded: not part of the measurement. A missing stretch means no data; a zero is drawn.`,
    )}${tableBehind('Table behind the time line', intervalTable(record))}${activityTable(record)}${
      record.marks.length === 0 ? null : tableBehind('Events', markTable(record))
    }`,
    method: `Arrivals are counted in the interval of their intended start, which is also where their response time is shown. Bands: p50 to p95 and p95 to p99 of the committed, on a log scale, not smoothed; each interval's percentiles come from its own samples and are not comparable with those of the whole window. The interval is ${formatPeriod(intervalMs)}; it doubles as a run grows, so that a time line never has more than 600. The last interval of the load may be a part of one.`,
  });
}

function noteOf({
  atMs,
  arrivals,
  committed,
  failed,
  dropped,
  retries,
  p50Us,
  p99Us,
}: SeriesPoint) {
  const ms = (valueUs: number | null) => (valueUs === null ? '-' : durationIn(valueUs, 'ms'));
  return `${formatSetting(atMs / 1_000)} s: ${formatNoun(arrivals, 'arrival')}, ${formatCount(committed)} committed, ${formatCount(failed + dropped)} failed or dropped, ${formatNoun(retries, 'retry', 'retries')}; p50 ${ms(p50Us)} ms, p99 ${ms(p99Us)} ms`;
}

function endOfLine(record: RunRecord): number {
  const last = record.series.points.at(-1);
  const { measurement, gracefulStop } = record.phases;
  return Math.max(
    measurement.endMs,
    gracefulStop.endMs,
    last === undefined ? 0 : last.atMs + record.series.intervalMs,
  );
}

function opening(record: RunRecord): string {
  const { points, intervalMs } = record.series;
  const { startMs, endMs } = record.phases.measurement;
  const measured = points.filter(({ atMs }) => atMs >= startMs && atMs < endMs);
  const slowest = measured
    .filter((point): point is SeriesPoint & { p99Us: number } => point.p99Us !== null)
    .sort((a, b) => b.p99Us - a.p99Us)[0];
  const troubled = measured.filter(({ failed, dropped }) => failed + dropped > 0).length;
  const slow =
    slowest === undefined
      ? 'Nothing was committed in the measurement.'
      : `The slowest ${formatPeriod(intervalMs)} came at ${formatSetting(slowest.atMs / 1_000)} s, with p99 ${formatQuantile({ valueUs: slowest.p99Us, isLowerBound: false })}.`;
  return `${slow} Arrivals failed in ${formatCount(troubled)} of ${formatNoun(measured.length, 'interval')}; ${formatNoun(record.marks.length, 'event')} noted.`;
}

function panels(record: RunRecord): readonly TimeLinePanel[] {
  const { points, intervalMs } = record.series;
  const target = targetRatePerSecond(record);
  const perSecond = (pick: (point: SeriesPoint) => number) =>
    points.map((point) => (1_000 * pick(point)) / intervalMs);
  const inMs = (pick: (point: SeriesPoint) => number | null) =>
    points.map((point) => {
      const valueUs = pick(point);
      return valueUs === null ? null : valueUs / 1_000;
    });
  const hasReplica = points.some((point) => point.replicaAgeMs !== null);
  const hasLoop = points.some((point) => point.eventLoopUtilization !== null);
  return [
    {
      title: 'committed per second (thin: arrivals)',
      tone: 'total',
      kind: 'lines',
      lines: [
        { values: perSecond((point) => point.arrivals), isFaint: true },
        { values: perSecond((point) => point.committed), isFaint: false },
      ],
      reference:
        target === null ? null : { value: target, label: `target ${formatSetting(target)}/s` },
    },
    {
      title: 'response p50, p95, p99, ms (log scale)',
      tone: 'total',
      kind: 'bands',
      low: inMs((point) => point.p50Us),
      middle: inMs((point) => point.p95Us),
      high: inMs((point) => point.p99Us),
    },
    {
      title: 'failed and dropped, per interval',
      tone: 'bad',
      kind: 'bars',
      values: points.map((point) => point.failed + point.dropped),
    },
    {
      title: 'rejected by a business rule, per interval',
      tone: 'total',
      kind: 'bars',
      values: points.map((point) => point.rejected),
    },
    {
      title: 'retries, per interval',
      tone: 'total',
      kind: 'bars',
      values: points.map((point) => point.retries),
    },
    ...activityPanel(record),
    ...(hasReplica ? [replicaPanel(points)] : []),
    ...(hasLoop ? [eventLoopPanel(points)] : []),
  ];
}

/** What the sessions of the load were at on the primary; none where nobody looked. */
function activityPanel({ server }: RunRecord): readonly TimeLinePanel[] {
  const activity = server?.activity ?? [];
  if (activity.length < 2) return [];
  const gaps = activity.slice(1).map(({ atMs }, index) => atMs - (activity[index]?.atMs ?? 0));
  const intervalMs = Math.min(...gaps);
  const layer = (label: string, color: number, kind: 'cpu' | 'lock' | 'io' | 'other') => ({
    label,
    color,
    values: activity.map((point) => point[kind]),
  });
  return [
    {
      title: 'sessions at work (primary)',
      tone: 'total',
      kind: 'stack',
      intervals: activity.map(({ atMs }) => ({ startMs: atMs, endMs: atMs + intervalMs })),
      layers: [
        layer('CPU', 0, 'cpu'),
        layer('locks', 3, 'lock'),
        layer('I/O', 1, 'io'),
        layer('other', 5, 'other'),
      ],
    },
  ];
}

function replicaPanel(points: readonly SeriesPoint[]): TimeLinePanel {
  return {
    title: 'replica age, largest of the interval, ms',
    tone: 'total',
    kind: 'lines',
    lines: [{ values: points.map((point) => point.replicaAgeMs), isFaint: false }],
    reference: null,
  };
}

function eventLoopPanel(points: readonly SeriesPoint[]): TimeLinePanel {
  const percent = points.map(({ eventLoopUtilization }) =>
    eventLoopUtilization === null ? null : 100 * eventLoopUtilization,
  );
  return {
    title: "load generator's event loop, % busy",
    tone: 'total',
    kind: 'lines',
    lines: [{ values: percent, isFaint: false }],
    reference: { value: 100, label: '' },
  };
}

function intervalTable(record: RunRecord): Html {
  const ms = (valueUs: number | null) => (valueUs === null ? '-' : durationIn(valueUs, 'ms'));
  return dataTable({
    caption: `The run in intervals of ${formatPeriod(record.series.intervalMs)}`,
    columns: [
      'at, s',
      'arrivals',
      'committed',
      'rejected',
      'failed',
      'dropped',
      'retries',
      'p50, ms',
      'p95, ms',
      'p99, ms',
      'max, ms',
      'replica age, ms',
      'event loop',
    ].map((label) => ({ label })),
    rows: record.series.points.map((point) => [
      formatSetting(point.atMs / 1_000),
      formatCount(point.arrivals),
      formatCount(point.committed),
      formatCount(point.rejected),
      formatCount(point.failed),
      formatCount(point.dropped),
      formatCount(point.retries),
      ms(point.p50Us),
      ms(point.p95Us),
      ms(point.p99Us),
      ms(point.maxUs),
      point.replicaAgeMs === null ? '-' : formatSignificant(point.replicaAgeMs, 3),
      point.eventLoopUtilization === null ? '-' : formatShare(point.eventLoopUtilization, 1),
    ]),
  });
}

function activityTable({ server }: RunRecord): Html | null {
  const activity = server?.activity ?? [];
  if (activity.length === 0) return null;
  const sessions = (value: number) => formatSignificant(value, 2);
  return tableBehind(
    'Table behind the sessions at work',
    dataTable({
      caption: 'Sessions of the load at work on the primary, in the mean of each interval',
      columns: ['at, s', 'nothing (CPU)', 'locks', 'I/O', 'other'].map((label) => ({ label })),
      rows: activity.map(({ atMs, cpu, lock, io, other }) => [
        formatSetting(atMs / 1_000),
        sessions(cpu),
        sessions(lock),
        sessions(io),
        sessions(other),
      ]),
    }),
  );
}

function markTable(record: RunRecord): Html {
  return dataTable({
    caption: 'Events on the time line',
    columns: [{ label: 'at, s' }, { label: 'kind', isText: true }, { label: 'what', isText: true }],
    rows: record.marks.map(({ atMs, kind, text }) => [formatSetting(atMs / 1_000), kind, text]),
  });
}
