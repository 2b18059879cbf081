import type { RealismPlots } from '../../realism/realism-report.ts';
import { formatCount } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { linePath, type Point, pixel } from '../plots/drawing.ts';
import { linearScale } from '../plots/scale.ts';
import { type Chart, type ChartArea, labelsBelow, valueAxis } from './chart.ts';

const WIDTH = 1040;
const DAY_MS = 86_400_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const WEEK = 7;

/** Orders of each day with their weekly mean: growth, season and week in one picture. */
export function daysChart({ ordersByDay, firstDay }: RealismPlots): Chart {
  const area: ChartArea = { left: 48, right: 1032, top: 32, bottom: 226 };
  const most = Math.max(...ordersByDay);
  const y = linearScale(most, [area.bottom, area.top], 4);
  const step = (area.right - area.left) / ordersByDay.length;
  const at = (day: number): number => area.left + (day + 0.5) * step;
  const days = ordersByDay.map((count, day): Point => [at(day), y.position(count)]);
  const means = ordersByDay.slice(WEEK - 1).map((_, i): Point => {
    const week = ordersByDay.slice(i, i + WEEK);
    return [at(i + 3), y.position(week.reduce((sum, count) => sum + count, 0) / WEEK)];
  });
  const best = ordersByDay.indexOf(most);
  const dateOf = (day: number): Date => new Date(Date.parse(firstDay) + day * DAY_MS);
  const firsts = ordersByDay.flatMap((_, day) => {
    const date = dateOf(day);
    return date.getUTCDate() === 1 ? [{ day, date }] : [];
  });
  return {
    id: 'days',
    title: 'Orders by day',
    description: `Line over ${ordersByDay.length} days from ${firstDay} that grows, moves with the week, and is highest on ${dateOf(best).toISOString().slice(0, 10)} with ${formatCount(most)} orders.`,
    caption:
      'Orders of each day (UTC), faint, and their mean over seven days. The peaks are Black Friday to Cyber Monday.',
    width: WIDTH,
    height: 266,
    content: html`${valueAxis(area, y, formatCount)}<path class="line faint" d="${linePath(days)}"/><path class="line c0" d="${linePath(means)}"/>${labelsBelow(
      area,
      firsts
        .filter(({ date }) => date.getUTCMonth() % 2 === 0)
        .map(
          ({ day, date }) =>
            [
              at(day) + 15 * step,
              `${MONTHS[date.getUTCMonth()]}${date.getUTCMonth() === 0 ? ` ${date.getUTCFullYear()}` : ''}`,
            ] as const,
        ),
    )}`,
  };
}

/** Orders by weekday and hour. */
export function hoursChart({ ordersByHour }: RealismPlots): Chart {
  const area: ChartArea = { left: 48, right: 1032, top: 26, bottom: 208 };
  const most = Math.max(...ordersByHour.flat());
  const width = (area.right - area.left) / 24;
  const height = (area.bottom - area.top) / WEEK;
  const cellAt = (count: number, weekday: number, hour: number): Html =>
    html`<rect x="${pixel(area.left + hour * width + 1)}" y="${pixel(area.top + weekday * height + 1)}" width="${pixel(width - 2)}" height="${pixel(height - 2)}" rx="2" fill-opacity="${Math.round((0.04 + 0.96 * (count / most)) * 100) / 100}"><title>${WEEKDAYS[weekday] ?? ''} ${hour}:00, ${formatCount(count)} orders</title></rect>`;
  const totals = ordersByHour.map((row) => row.reduce((sum, count) => sum + count, 0));
  const bestDay = WEEKDAYS[totals.indexOf(Math.max(...totals))] ?? '';
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    ordersByHour.reduce((sum, row) => sum + (row[hour] ?? 0), 0),
  );
  return {
    id: 'hours',
    title: 'Orders by weekday and hour',
    description: `Heat map: most orders come on ${bestDay} and at ${byHour.indexOf(Math.max(...byHour))} o'clock, fewest at ${byHour.indexOf(Math.min(...byHour))} o'clock UTC.`,
    caption: 'The darker, the more orders; hours are UTC.',
    width: WIDTH,
    height: 234,
    content: html`<g class="heat">${ordersByHour.map((row, weekday) =>
      row.map((count, hour) => cellAt(count, weekday, hour)),
    )}</g>${WEEKDAYS.map(
      (name, i) =>
        html`<text class="end" x="${area.left - 8}" y="${pixel(area.top + (i + 0.5) * height + 4)}">${name}</text>`,
    )}${labelsBelow(
      area,
      byHour.map((_, hour) => [area.left + (hour + 0.5) * width, String(hour)] as const),
    )}`,
  };
}
