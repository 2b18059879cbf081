import type { RunRecord } from '../../measurements/run-record.ts';
import { formatCount, formatPeriod } from '../format.ts';
import { html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';

/** How far behind the rows what is kept for reports was when the load ended. */
export function freshnessSection({ freshness }: RunRecord): Section | null {
  if (freshness.length === 0) return null;
  return section({
    id: 'freshness',
    title: 'Reports',
    opening: freshnessSentence(freshness),
    body: html`${dataTable({
      caption: 'What is kept for reports, at the end of the load',
      columns: ['kept', 'by', 'age', 'orders behind', 'last refresh took'].map((label) => ({
        label,
      })),
      rows: freshness.map((kept) => [
        kept.name,
        kept.isKeptByTrigger ? 'trigger' : 'refresh',
        kept.isKeptByTrigger ? '-' : formatPeriod(rounded(kept.ageMs)),
        formatCount(kept.ordersBehind),
        kept.refreshMs === null ? '-' : formatPeriod(kept.refreshMs),
      ]),
    })}`,
    method:
      'Age: since the last refresh of a materialised view began. Orders behind: those placed since then; for the daily sales, which triggers keep, those with a captured payment that they lack.',
  });
}

/** In a sentence; empty where nothing is kept. */
export function freshnessSentence(freshness: RunRecord['freshness']): string {
  const views = freshness.filter((kept) => !kept.isKeptByTrigger);
  const oldest = views.toSorted((a, b) => b.ageMs - a.ageMs)[0];
  if (oldest === undefined) return '';
  const most = Math.max(...views.map((view) => view.ordersBehind));
  const sales = freshness.find((kept) => kept.isKeptByTrigger);
  const rival =
    sales === undefined
      ? ''
      : `; ${sales.name}, kept by triggers, ${formatCount(sales.ordersBehind)}`;
  return `Of ${formatCount(views.length)} materialised views the oldest (${oldest.name}) was ${formatPeriod(rounded(oldest.ageMs))} old at the end of the load, and one lacked ${formatCount(most)} orders${rival}.`;
}

/** To a tenth of a second: the load's end is not known better. */
function rounded(ageMs: number): number {
  return Math.round(ageMs / 100) * 100;
}
