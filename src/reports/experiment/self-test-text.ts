import type { TransferRecord } from '../../measurements/experiment-record.ts';
import { formatCount, formatShare } from '../format.ts';
import { transferPhrase } from './experiment-phrases.ts';

export interface SelfTestFigures {
  readonly clonePairs: number;
  /** Shares of the simulated gates. */
  readonly falseAlarms: number;
  readonly undecided: number;
  readonly headline: string | null;
  readonly transfer: TransferRecord | null;
  readonly margins: { readonly cpu: number; readonly paired: number; readonly p95: number };
}

/** What a gate's self-test found, for a terminal. */
export function renderSelfTest(
  { clonePairs, falseAlarms, undecided, margins, transfer, headline }: SelfTestFigures,
  gates: number,
  file: string,
): string {
  const alarms =
    falseAlarms === 0
      ? `none was red (so at most ${formatShare(3 / gates, 1)} would be)`
      : `${formatShare(falseAlarms, 1)} were red`;
  return [
    `Of ${formatCount(gates)} gates drawn from ${clonePairs} clone pairs of equal arms ${alarms}, and ${formatShare(undecided, 1)} undecided.`,
    `Margins: server CPU ${formatShare(margins.cpu, 1)}, paired service time ${formatShare(margins.paired, 1)}, p95 ${formatShare(margins.p95, 1)}.`,
    transferPhrase(transfer, headline),
    `wrote ${file}`,
  ].join('\n');
}
