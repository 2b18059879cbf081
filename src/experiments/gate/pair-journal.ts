import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type ClonePair, clonePairSchema } from '../../measurements/clone-pair-record.ts';

/** Pairs of another day may have met another machine under the same name. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

const headSchema = z.object({
  /** What was measured, and where: pairs of anything else do not go together with these. */
  subject: z.string(),
  startedAtMs: z.number(),
  ratePerSecond: z.number(),
});

/**
 * The clone pairs of a gate that has no verdict yet, one line each, so that one that was interrupted,
 * killed, or whose budget ended goes on where it stopped. A line that a kill has cut short is left out.
 */
export class PairJournal {
  readonly #file: string;
  readonly #subject: string;
  #added = 0;
  /** The rate of the pairs that are kept; null where there are none. */
  readonly ratePerSecond: number | null;
  /** In the order in which they were measured. */
  readonly kept: readonly ClonePair[];

  /** Reads what is kept of this subject in the file; of any other, nothing. */
  constructor(file: string, subject: string) {
    this.#file = file;
    this.#subject = subject;
    const { head, pairs } = read(file);
    const isSame =
      head?.subject === subject && Date.now() - head.startedAtMs < MAX_AGE_MS && pairs.length > 0;
    this.kept = isSame ? pairs : [];
    this.ratePerSecond = isSame ? head.ratePerSecond : null;
    // What a kill has cut short would swallow the next line.
    if (isSame) this.#write(head, pairs);
  }

  /** How many it holds by now. */
  get count(): number {
    return this.kept.length + this.#added;
  }

  /** Begins anew, at this rate. */
  begin(ratePerSecond: number): void {
    this.#write({ subject: this.#subject, startedAtMs: Date.now(), ratePerSecond }, []);
  }

  add(pair: ClonePair): void {
    appendFileSync(this.#file, `${JSON.stringify(pair)}\n`);
    this.#added++;
  }

  /** There is a verdict: nothing to go on with. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #write(head: z.infer<typeof headSchema>, pairs: readonly ClonePair[]): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(
      this.#file,
      `${[head, ...pairs].map((line) => JSON.stringify(line)).join('\n')}\n`,
    );
  }
}

function read(file: string): {
  readonly head: z.infer<typeof headSchema> | null;
  readonly pairs: readonly ClonePair[];
} {
  let lines: readonly string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return { head: null, pairs: [] };
  }
  const [first = '', ...others] = lines;
  const pairs: ClonePair[] = [];
  for (const line of others) {
    const pair = parsed(clonePairSchema, line);
    if (pair === null) break;
    pairs.push(pair);
  }
  return { head: parsed(headSchema, first), pairs };
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
