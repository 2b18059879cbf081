import type { RunRecord } from '../../measurements/run-record.ts';
import { type Html, html } from '../html-text.ts';

const PALETTE_SIZE = 7;

/** The palette index of a transaction: one transaction keeps one colour through the whole page. */
export function transactionColor(record: RunRecord, name: string): number {
  return Math.max(0, Object.keys(record.transactions).indexOf(name)) % PALETTE_SIZE;
}

/** The name of a transaction beside its colour. */
export function transactionName(record: RunRecord, name: string): Html {
  const color = transactionColor(record, name);
  return html`<span class="swatch c${color}" aria-hidden="true"></span>${name}`;
}
