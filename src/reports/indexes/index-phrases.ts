import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type {
  BoundedChange,
  IndexCard,
  IndexRecord,
  MeasuredIndex,
} from '../../measurements/index-record.ts';
import { formatBytes, formatCount, formatNoun, formatShare, formatSignificant } from '../format.ts';

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
  /** The same without its unit. */
  readonly netMs: string;
  readonly reads: string;
  readonly writes: string;
  /** What reads spare and what writes pay, where the two were told apart. */
  readonly readsSpare: string;
  readonly writesPay: string;
  readonly hotLost: string;
  readonly scans: string;
  readonly size: string;
  readonly cached: string;
  readonly leavesFull: string;
  readonly duet: string;
  readonly reason: string;
} {
  const { measured, cachedBytes, leafDensity } = card;
  const apart = measured?.apart ?? null;
  return {
    name: shortName(card.name),
    verdict: card.verdict,
    net: measured === null ? '-' : netText(measured),
    netMs: measured === null ? '-' : netText(measured).replaceAll(' ms', ''),
    reads: measured === null ? '-' : signed(measured.buffers, formatCount),
    writes: measured === null ? '-' : logText(measured),
    readsSpare: apart === null ? '-' : formatCount(apart.readBuffers),
    writesPay: apart === null ? '-' : formatCount(apart.writeBuffers),
    hotLost: measured === null ? '-' : formatCount(measured.hotUpdates),
    scans: formatCount(card.scans),
    size: formatBytes(card.bytes),
    cached: cachedBytes === null ? '-' : formatShare(cachedBytes, card.bytes),
    leavesFull: leafDensity === null ? '-' : formatShare(leafDensity, 1),
    duet: duetText(card.duet),
    reason: card.reason,
  };
}

/** `regression in 24 clone pairs: CPU +3.1 % (2.5 to 3.7) without it`. */
function duetText(duet: IndexCard['duet']): string {
  if (duet === null) return '-';
  const { clonePairs, verdict, cpu } = duet;
  const change = cpu === null ? '' : `: CPU ${percentText(cpu)} without it`;
  return `${verdict} in ${formatNoun(clonePairs, 'clone pair')}${change}`;
}

function percentText({ value, lower, upper }: BoundedChange): string {
  const percent = (share: number) => signed(100 * share, formatSignificant);
  const bounds =
    lower === null || upper === null ? '' : ` (${percent(lower)} to ${percent(upper)})`;
  return `${percent(value)} %${bounds}`;
}

/** A few bytes are how its numbers happen to be packed. */
function logText({ walBytes }: MeasuredIndex): string {
  if (walBytes === null) return '-';
  return Math.abs(walBytes) < LEAST_LOG_BYTES ? '0' : signed(walBytes, formatBytes);
}

const LEAST_LOG_BYTES = 1024;

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
  const { executions, cards, by } = indexesOf(record);
  const rounds = Math.max(0, ...cards.map(({ measured }) => measured?.rounds ?? 0));
  const what = `For a thousand ${record.headline} transactions and what the mix does beside them. ${formatCount(executions)} actions of each kind, one at a time,`;
  if (by === 'rolled-back drop') {
    return `${what} in a transaction that was rolled back, with the index and after it was dropped there. Buffers are more without it.`;
  }
  return `${what} on a clone with and on a clone without the index. Buffers more without it and log written for it repeat; net CPU is what it saves less what it costs, the Hodges-Lehmann estimate of ${formatNoun(rounds, 'round')} with exact 95 % bounds on each side.`;
}
