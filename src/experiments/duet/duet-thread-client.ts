import { Worker } from 'node:worker_threads';
import type { ServerAddress } from '../../database/server-address.ts';
import type { DealOptions } from './deal-pairs.ts';
import type { DuetArmPlan, DuetSamples, FromDuetArm, ToDuetArm } from './duet-messages.ts';

// A thread starts from compiled JavaScript only.
const THREAD = new URL('./duet-thread.js', import.meta.url);

/** The thread of one arm, seen from the one who conducts the duet. One order at a time. */
export class DuetThread {
  readonly #thread: Worker;
  #settle: { resolve: (message: FromDuetArm) => void; reject: (error: Error) => void } | null =
    null;
  #fault: Error | null = null;

  constructor(plan: DuetArmPlan) {
    this.#thread = new Worker(THREAD, { workerData: plan });
    this.#thread.on('message', (message: FromDuetArm) => {
      if (message.kind === 'fault') this.#fail(new Error(message.message));
      else this.#settle?.resolve(message);
    });
    this.#thread.on('error', (error) => this.#fail(error));
    this.#thread.on('exit', (code) => this.#fail(new Error(`an arm ended with exit code ${code}`)));
  }

  async open(database: ServerAddress, runTag: string): Promise<void> {
    await this.#order({ kind: 'open', database, runTag });
  }

  async run(startedAt: number, deal: DealOptions): Promise<DuetSamples> {
    const ended = await this.#order({ kind: 'run', startedAt, deal });
    if (ended.kind !== 'ended') throw new Error(`an arm answered ${ended.kind}`);
    return ended.samples;
  }

  async closeDatabase(): Promise<void> {
    await this.#order({ kind: 'close' });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #order(message: ToDuetArm): Promise<FromDuetArm> {
    if (this.#fault !== null) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#thread.postMessage(message);
    });
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#settle?.reject(this.#fault);
  }
}
