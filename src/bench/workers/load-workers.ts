import { Worker } from 'node:worker_threads';
import { CartloadError } from '../../errors.ts';
import type {
  FromWorker,
  ToWorker,
  WorkerEnd,
  WorkerFault,
  WorkerPlan,
  WorkerTick,
} from './worker-messages.ts';

/** A worker that has been started, seen from the one who conducts the run. */
export interface StartedWorker {
  post(message: ToWorker): void;
  /** Ends it, whatever it is at. */
  close(): Promise<void>;
}

/** Starts a worker that serves its plan and tells `hear` what it has to say. */
export type StartWorker = (plan: WorkerPlan, hear: (message: FromWorker) => void) => StartedWorker;

// A thread starts from compiled JavaScript only.
const THREAD = new URL('./load-thread.js', import.meta.url);

/** Starts a worker in a thread of its own: nothing that the conductor does can hold up the load. */
export const startThread: StartWorker = (plan, hear) => {
  const thread = new Worker(THREAD, { workerData: plan });
  const fail = (message: string, stack?: string) =>
    hear({ kind: 'fault', fault: { message, stack, code: null, hint: undefined } });
  thread.on('message', hear);
  thread.on('error', (error) => fail(error.message, error.stack));
  // Without effect where it has said all.
  thread.on('exit', (code) => fail(`a worker ended with exit code ${code}`));
  return {
    post: (message) => thread.postMessage(message),
    async close() {
      await thread.terminate();
    },
  };
};

interface Following {
  readonly worker: StartedWorker;
  readonly ready: Promise<void>;
  readonly ended: Promise<WorkerEnd>;
}

/** All workers of a run: they get ready, start at the same moment, and end. */
export class LoadWorkers {
  readonly #following: readonly Following[];
  #hearTick: (worker: number, tick: WorkerTick) => void = () => {};

  private constructor(plans: readonly WorkerPlan[], start: StartWorker) {
    this.#following = plans.map((plan, index) => this.#follow(plan, index, start));
  }

  /**
   * Starts the workers; resolves when every connection of all of them is open.
   *
   * @throws what the first of them failed with; then none is left
   */
  static async open(
    plans: readonly WorkerPlan[],
    start: StartWorker,
    signal: AbortSignal,
  ): Promise<LoadWorkers> {
    const workers = new LoadWorkers(plans, start);
    let giveUp = () => {};
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
    });
    try {
      signal.throwIfAborted();
      const ready = Promise.all(workers.#following.map((each) => each.ready));
      await Promise.race([ready, aborted]);
      return workers;
    } catch (error) {
      await workers.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Starts the load at a time on the system clock; resolves when all workers have ended theirs, which
   * the signal makes sooner.
   *
   * @throws a fault of a worker
   */
  async run(options: {
    readonly startedAt: number;
    readonly signal: AbortSignal;
    readonly onTick: (worker: number, tick: WorkerTick) => void;
  }): Promise<WorkerEnd[]> {
    const { startedAt, signal } = options;
    this.#hearTick = options.onTick;
    this.#post({ kind: 'start', startedAt });
    const interrupt = () => this.#post({ kind: 'interrupt' });
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) interrupt();
    try {
      return await Promise.all(this.#following.map(({ ended }) => ended));
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#following.map(({ worker }) => worker.close()));
  }

  #post(message: ToWorker): void {
    for (const { worker } of this.#following) worker.post(message);
  }

  #follow(plan: WorkerPlan, index: number, start: StartWorker): Following {
    const ready = withResolvers<void>();
    const ended = withResolvers<WorkerEnd>();
    const worker = start(plan, (message) => {
      if (message.kind === 'ready') ready.resolve();
      if (message.kind === 'tick') this.#hearTick(index, message.tick);
      if (message.kind === 'end') ended.resolve(message.end);
      if (message.kind === 'fault') {
        const error = asError(message.fault);
        ready.reject(error);
        ended.reject(error);
      }
    });
    // Whoever awaits them hears of a fault; before that nobody may be waiting.
    ready.promise.catch(() => {});
    ended.promise.catch(() => {});
    return { worker, ready: ready.promise, ended: ended.promise };
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function asError({ message, stack, code, hint }: WorkerFault): Error {
  if (code !== null) return new CartloadError(code, message, hint === undefined ? {} : { hint });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
