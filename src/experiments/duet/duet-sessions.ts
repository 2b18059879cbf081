import { openLoadSession } from '../../bench/clients/open-load-session.ts';
import { BackendCpu } from '../../database/backend-cpu.ts';
import type { PgSession } from '../../database/pg-session.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Statement } from '../../schema/statement.ts';

interface Metered {
  readonly session: PgSession;
  readonly cpu: BackendCpu | null;
  lastMs: number;
  /** The arrival that it served last. */
  served: number | null;
}

/**
 * The sessions of one arm, each with the meter of its backend. A backend goes on for a moment after its
 * last answer, so what an arrival cost is read when its session is lent the next time.
 */
export class DuetSessions {
  readonly #all: readonly Metered[];
  readonly #idle: Metered[];
  readonly #waiting: ((metered: Metered) => void)[] = [];
  readonly #charge: (arrival: number, cpuMs: number) => void;

  private constructor(all: readonly Metered[], charge: (arrival: number, cpuMs: number) => void) {
    this.#all = all;
    this.#idle = [...all];
    this.#charge = charge;
  }

  /** @param charge told what an arrival has cost, some time after it has ended */
  static async open(options: {
    readonly database: ServerAddress;
    readonly scenario: Scenario;
    readonly connections: number;
    readonly statements: readonly Statement<never, unknown>[];
    readonly charge: (arrival: number, cpuMs: number) => void;
  }): Promise<DuetSessions> {
    const { database, scenario, connections } = options;
    const opening = Array.from({ length: connections }, async (): Promise<Metered> => {
      const session = await openLoadSession(database, scenario, 'duet', options.statements);
      const cpu = BackendCpu.open(database.host, session.backendPid);
      return { session, cpu, lastMs: cpu?.readMs() ?? Number.NaN, served: null };
    });
    return new DuetSessions(await Promise.all(opening), options.charge);
  }

  /** Serves an arrival on the next session that is free. */
  async serve<T>(arrival: number, work: (session: PgSession) => Promise<T>): Promise<T> {
    const metered =
      this.#idle.shift() ?? (await new Promise<Metered>((resolve) => this.#waiting.push(resolve)));
    this.#read(metered);
    metered.served = arrival;
    try {
      return await work(metered.session);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(metered);
      else next(metered);
    }
  }

  /** Charges what has not been read yet; when all have been idle for a moment. */
  settle(): void {
    for (const metered of this.#all) this.#read(metered);
  }

  async close(): Promise<void> {
    for (const { cpu } of this.#all) cpu?.close();
    await Promise.all(this.#all.map(({ session }) => session.close()));
  }

  #read(metered: Metered): void {
    const nowMs = metered.cpu?.readMs() ?? Number.NaN;
    if (metered.served !== null) this.#charge(metered.served, nowMs - metered.lastMs);
    metered.lastMs = nowMs;
    metered.served = null;
  }
}
