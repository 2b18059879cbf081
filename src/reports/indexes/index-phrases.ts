import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexCard, IndexRecord, MeasuredIndex } from '../../measurements/index-record.ts';
import { formatBytes, formatCount, formatNoun, formatSignificant } from '../format.ts';

const ORDER: readonly IndexCard['verdict'][] = [
  'drop candidate',
  'undecided',
  'neutral',
  'keep',
  'structural',
];

/** The part of an experiment that is about indexes. */
export function indexesOf({ indexes }: ExperimentRecord): IndexRecord {
  if (indexes === null) throw new Error('this experiment is not about indexes');
  return indexes;
}

/** Those that ask for something first; within a verdict the largest first. */
export function cardsInOrder({ cards }: IndexRecord): readonly IndexCard[] {
  return cards.toSorted(
    (a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || b.bytes - a.bytes,
  );
}

/** All of them are the shop's. */
export function shortName(name: string): string {
  return name.replace(/^shop\./, '');
}

/** The cells of a row of the report card. */
export function cardCells(card: IndexCard): {
  readonly name: string;
  readonly verdict: string;
  readonly net: string;
  readonly reads: string;
  readonly writes: string;
  readonly scans: string;
  readonly size: string;
  readonly reason: string;
} {
  const { measured } = card;
  return {
    name: shortName(card.name),
    verdict: card.verdict,
    net: measured === null ? '-' : netText(measured),
    reads: measured === null ? '-' : signed(measured.buffers, formatCount),
    writes: measured === null ? '-' : signed(measured.walBytes, formatBytes),
    scans: formatCount(card.scans),
    size: formatBytes(card.bytes),
    reason: card.reason,
  };
}

/** `+12.3 ms (8.10 to 17.0)`: what it saves, less what it costs. */
export function netText({ netCpuMs }: MeasuredIndex): string {
  if (netCpuMs === null) return '-';
  const { value, lower, upper } = netCpuMs;
  const told = signed(value, (each) => `${formatSignificant(each)} ms`);
  if (lower === null || upper === null) return `${told} (not bounded)`;
  return `${told} (${signed(lower, formatSignificant)} to ${signed(upper, formatSignificant)})`;
}

function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  if (/^0( |$)/.test(text)) return text;
  return `${value < 0 ? '-' : '+'}${text}`;
}

/** How the figures were made, and for what. */
export function indexMethod(record: ExperimentRecord): string {
  const { executions, cards } = indexesOf(record);
  const rounds = Math.max(0, ...cards.map(({ measured }) => measured?.rounds ?? 0));
  return `For a thousand ${record.headline} and what the mix does beside them. ${formatCount(executions)} actions of each kind, one at a time, on a clone with and on a clone without the index. Buffers more without it and log written for it repeat; net CPU is what it saves less what it costs, the Hodges-Lehmann estimate of ${formatNoun(rounds, 'round')} with exact 95 % bounds on each side.`;
}
