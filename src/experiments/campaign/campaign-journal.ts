import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { classRecordSchema } from '../../measurements/class-record.ts';

const headSchema = z.object({
  /** What is measured: another campaign file, scenario or build begins anew. */
  subject: z.string(),
  startedAt: z.iso.datetime(),
});

const { searches, steadiness } = classRecordSchema.shape;

const resultSchema = z.object({
  class: z.string(),
  repeat: z.int().nonnegative(),
  search: searches.unwrap(),
  /** The run that the limit is read from, by its id. */
  beyond: z.string(),
  loadMs: z.number(),
  balances: steadiness.shape.balances,
  usd: z.number(),
});

/** The result of one search on one class. */
export type CampaignResult = z.infer<typeof resultSchema>;

/**
 * What a campaign has finished, one line each, so that one that was killed goes on where it stopped. A line
 * that a kill has cut short is left out.
 */
export class CampaignJournal {
  readonly #file: string;
  readonly startedAt: string;
  readonly #results: CampaignResult[];
  /** Whether there was one to go on with. */
  readonly isContinued: boolean;

  /** Opens the journal of this subject, or begins it. */
  constructor(file: string, subject: string) {
    this.#file = file;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const head = parsed(headSchema, lines[0] ?? '');
    this.isContinued = head?.subject === subject;
    this.startedAt = this.isContinued ? (head?.startedAt ?? '') : new Date().toISOString();
    this.#results = this.isContinued
      ? lines.slice(1).flatMap((line) => parsed(resultSchema, line) ?? [])
      : [];
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    const written = { subject, startedAt: this.startedAt };
    for (const line of [written, ...this.#results]) this.#append(line);
  }

  get results(): readonly CampaignResult[] {
    return this.#results;
  }

  add(result: CampaignResult): void {
    this.#results.push(result);
    this.#append(result);
  }

  /** All is done: nothing to go on with. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #append(line: unknown): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
