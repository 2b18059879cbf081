/** What crosses threads: the memory of all sessions' rings, and what their numbers stand for. */
export interface TraceMemory {
  /** Backend of each session; 0 where there is none. */
  readonly pids: Int32Array;
  /** Statements that each session has started since it was opened. */
  readonly started: Int32Array;
  /** On the system clock; KEPT of each session. */
  readonly startMs: Float64Array;
  /** 0 while a statement is under way. */
  readonly endMs: Float64Array;
  /** Transaction number x 2^16 + statement number. */
  readonly codes: Int32Array;
}

/** What a backend was doing. */
export interface TracedStatement {
  readonly transaction: string;
  readonly statement: string;
}

// By the time a victim hears of a deadlock, its blocker has gone on; hardly more statements than this.
const KEPT = 16;

/**
 * A blocker holds out until the victim's locks are gone, which is after the victim was told. That it
 * had the answer on our own clock a little earlier is the two sockets' doing.
 */
const SLACK_MS = 20;

export function allocateTrace(sessions: number): TraceMemory {
  const shared = (bytes: number) => new SharedArrayBuffer(Math.max(bytes, 8));
  return {
    pids: new Int32Array(shared(4 * sessions)),
    started: new Int32Array(shared(4 * sessions)),
    startMs: new Float64Array(shared(8 * sessions * KEPT)),
    endMs: new Float64Array(shared(8 * sessions * KEPT)),
    codes: new Int32Array(shared(4 * sessions * KEPT)),
  };
}

/**
 * The last statements of every session of the run, in a ring for each, in memory that all workers
 * share: a victim of a deadlock looks up what its blocker was doing, whichever worker that belongs to.
 */
export class StatementTrace {
  readonly #memory: TraceMemory;
  readonly #transactions: readonly string[];
  readonly #statements: readonly string[];
  readonly #transactionNumbers: ReadonlyMap<string, number>;
  readonly #statementNumbers: ReadonlyMap<string, number>;

  /** The names must come in the same order in every worker. */
  constructor(memory: TraceMemory, transactions: readonly string[], statements: readonly string[]) {
    this.#memory = memory;
    this.#transactions = transactions;
    this.#statements = statements;
    this.#transactionNumbers = numbersOf(transactions);
    this.#statementNumbers = numbersOf(statements);
  }

  /** The session has a connection to this backend now, a new one after a loss. */
  connect(session: number, pid: number): void {
    this.#memory.pids[session] = pid;
    this.#memory.started[session] = 0;
  }

  start(session: number, transaction: string, statement: string, atMs: number): void {
    const { started, startMs, endMs, codes } = this.#memory;
    const count = started[session] ?? 0;
    const place = session * KEPT + (count % KEPT);
    const transactionNumber = this.#transactionNumbers.get(transaction) ?? 0;
    codes[place] = (transactionNumber << 16) | (this.#statementNumbers.get(statement) ?? 0);
    endMs[place] = 0;
    startMs[place] = atMs;
    started[session] = count + 1;
  }

  /** The statement that was started last has ended. */
  end(session: number, atMs: number): void {
    const { started, endMs } = this.#memory;
    endMs[session * KEPT + (((started[session] ?? 0) + KEPT - 1) % KEPT)] = atMs;
  }

  /**
   * What a backend had under way at a moment: of its statements that had not ended 20 ms before, the
   * one that took longest, because it waited for a lock. Null for a backend that is not of this run.
   */
  underWay(pid: number, atMs: number): TracedStatement | null {
    const { pids, started, startMs, endMs, codes } = this.#memory;
    const session = pids.indexOf(pid);
    if (session < 0) return null;
    let longestMs = -1;
    let code: number | null = null;
    for (let k = 0; k < Math.min(KEPT, started[session] ?? 0); k++) {
      const place = session * KEPT + k;
      const start = startMs[place] ?? 0;
      const end = endMs[place] === 0 ? atMs : (endMs[place] ?? 0);
      if (start > atMs || end < atMs - SLACK_MS || end - start <= longestMs) continue;
      longestMs = end - start;
      code = codes[place] ?? 0;
    }
    if (code === null) return null;
    return {
      transaction: this.#transactions[code >>> 16] ?? '',
      statement: this.#statements[code & 0xffff] ?? '',
    };
  }
}

function numbersOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [name, number]));
}
