import type pg from 'pg';
import { RESTORE_STEPS } from './set-aside.ts';

export interface RestoreOptions {
  /** They work side by side, each on one object at a time. */
  readonly clients: readonly pg.Client[];
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onDone: (done: number, total: number) => void;
}

export interface StepTime {
  readonly step: string;
  readonly durationMs: number;
}

interface SetAsideObject {
  readonly step: number;
  readonly ordinal: number;
  readonly tableName: string;
  readonly statement: string;
}

/**
 * Brings back what was set aside, step by step, largest tables first, each object together with the
 * end of its note in one transaction. Interrupted, it goes on where it was.
 */
export async function restore(options: RestoreOptions): Promise<StepTime[]> {
  const [first] = options.clients;
  if (first === undefined) throw new RangeError('restore needs a connection');
  const times: StepTime[] = [];
  for (const { step, does } of RESTORE_STEPS) {
    const { rows } = await first.query<SetAsideObject>(
      `select step, ordinal, table_name as "tableName", statement
       from cartload.set_aside s
       where step = $1
       order by pg_table_size(to_regclass(format('shop.%I', table_name))) desc, ordinal`,
      [step],
    );
    if (rows.length === 0) continue;
    options.onStep(`${does} (${rows.length})`);
    const startedAt = performance.now();
    // Two ADDs of a foreign key on one parent wait for each other, two VALIDATEs on one table too.
    const lanes = step === 3 ? options.clients.slice(0, 1) : options.clients;
    const exclusive = step !== 1;
    await runJobs(rows, lanes, exclusive, options);
    times.push({ step: does, durationMs: performance.now() - startedAt });
  }
  return times;
}

async function runJobs(
  jobs: readonly SetAsideObject[],
  clients: readonly pg.Client[],
  oneATable: boolean,
  { signal, onDone }: RestoreOptions,
): Promise<void> {
  const left = [...jobs];
  const busyTables = new Set<string>();
  let done = 0;
  const failures: unknown[] = [];
  const take = (): SetAsideObject | undefined => {
    const index = oneATable ? left.findIndex((job) => !busyTables.has(job.tableName)) : 0;
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const work = async (client: pg.Client): Promise<void> => {
    for (;;) {
      if (signal.aborted || failures.length > 0) return;
      // Nothing to take: what is left are tables of another connection, which will come to them.
      const job = take();
      if (job === undefined) return;
      busyTables.add(job.tableName);
      try {
        await bringBack(client, job);
      } catch (error) {
        failures.push(error);
      } finally {
        busyTables.delete(job.tableName);
      }
      onDone(++done, jobs.length);
    }
  };
  await Promise.all(clients.map(work));
  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
}

async function bringBack(client: pg.Client, job: SetAsideObject): Promise<void> {
  await client.query('begin');
  try {
    await client.query(job.statement);
    await client.query('delete from cartload.set_aside where step = $1 and ordinal = $2', [
      job.step,
      job.ordinal,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
