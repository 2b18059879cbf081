import { AS_OF, HISTORY_START } from '../schema/calendar.ts';
import { numbers, type RealismClient, totalOf } from './query.ts';

export interface TimeFacts {
  readonly ordersByDay: readonly number[];
  /** ISO date of the first of them. */
  readonly firstDay: string;
  readonly ordersByHour: readonly (readonly number[])[];
  /** Orders of the second year over those of the first. */
  readonly growth: number;
  readonly novemberOverOctober: number;
  readonly decemberOverNovember: number;
  /** The strongest weekday over the weakest. */
  readonly weekdays: number;
  /** The strongest hour over the weakest. */
  readonly hours: number;
}

const DAY_MS = 86_400_000;

/** When orders are placed. Only the generated history counts, not what runs have added. */
export async function measureTime(client: RealismClient): Promise<TimeFacts> {
  const history = `placed_at >= '${HISTORY_START.toISOString()}' and placed_at < '${AS_OF.toISOString()}'`;
  const days = await numbers<'day' | 'count'>(
    client,
    `select floor((extract(epoch from placed_at) - ${HISTORY_START.getTime() / 1000}) / 86400)::int as day,
            count(*) as count
     from shop.orders where ${history} group by day`,
  );
  const hours = await numbers<'weekday' | 'hour' | 'count'>(
    client,
    `select extract(isodow from placed_at at time zone 'UTC')::int as weekday,
            extract(hour from placed_at at time zone 'UTC')::int as hour, count(*) as count
     from shop.orders where ${history} group by weekday, hour`,
  );
  const length = Math.round((AS_OF.getTime() - HISTORY_START.getTime()) / DAY_MS);
  const ordersByDay = Array<number>(length).fill(0);
  for (const { day, count } of days) {
    ordersByDay[day] = count;
  }
  const ordersByHour = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  for (const { weekday, hour, count } of hours) {
    const row = ordersByHour[weekday - 1];
    if (row !== undefined) {
      row[hour] = count;
    }
  }
  const months = ordersByMonth(ordersByDay);
  const sum = (...indexes: readonly number[]) =>
    indexes.reduce((total, i) => total + (months[i] ?? 0), 0);
  const byWeekday = ordersByHour.map(totalOf);
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    ordersByHour.reduce((total, row) => total + (row[hour] ?? 0), 0),
  );
  return {
    ordersByDay,
    firstDay: HISTORY_START.toISOString().slice(0, 10),
    ordersByHour,
    growth: totalOf(months.slice(12, 24)) / totalOf(months.slice(0, 12)),
    novemberOverOctober: sum(10, 22) / sum(9, 21),
    decemberOverNovember: sum(11, 23) / sum(10, 22),
    weekdays: Math.max(...byWeekday) / Math.min(...byWeekday),
    hours: Math.max(...byHour) / Math.min(...byHour),
  };
}

function ordersByMonth(ordersByDay: readonly number[]): readonly number[] {
  const months = Array<number>(24).fill(0);
  for (const [day, count] of ordersByDay.entries()) {
    const date = new Date(HISTORY_START.getTime() + day * DAY_MS);
    const month =
      (date.getUTCFullYear() - HISTORY_START.getUTCFullYear()) * 12 + date.getUTCMonth();
    months[month] = (months[month] ?? 0) + count;
  }
  return months;
}
