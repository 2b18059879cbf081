import type pg from 'pg';
import { applicationName } from '../database/connect.ts';
import { LANE_PURPOSE } from './lane.ts';
import type { LoadCounters } from './load-counters.ts';

/** How far the copying is. Rows of an earlier, interrupted load count as done. */
export interface CopyProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** Over the last five seconds. */
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Null while nothing can be told. */
  readonly remainingMs: number | null;
}

export interface WatchOptions {
  readonly counters: LoadCounters;
  readonly rowsResumed: number;
  readonly rowsTotal: number;
  /** For looking at the lanes when they stall; used by nobody else meanwhile. */
  readonly client: pg.Client;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly onStall: (warning: string) => void;
}

const TICK_MS = 250;
const RATE_WINDOW_TICKS = 20;
const STALL_MS = 20_000;

/** Watches the counters of a load until it is told to stop; warns once for each stall. */
export function watchLoad(options: WatchOptions): () => void {
  const { counters, rowsResumed, rowsTotal } = options;
  const samples: { at: number; rows: number; bytes: number }[] = [];
  let movedAt = performance.now();
  let hasWarned = false;
  const timer = setInterval(() => {
    const now = performance.now();
    const rows = counters.read('rowsCommitted');
    const bytes = counters.read('bytesCommitted');
    if (rows !== samples.at(-1)?.rows) {
      movedAt = now;
      hasWarned = false;
    }
    samples.push({ at: now, rows, bytes });
    if (samples.length > RATE_WINDOW_TICKS) samples.shift();
    const first = samples[0] ?? { at: now, rows, bytes };
    const seconds = (now - first.at) / 1000;
    const rowsPerSecond = seconds > 0 ? (rows - first.rows) / seconds : 0;
    const rowsDone = rowsResumed + rows;
    options.onProgress({
      rowsDone,
      rowsTotal,
      rowsPerSecond,
      bytesPerSecond: seconds > 0 ? (bytes - first.bytes) / seconds : 0,
      remainingMs: rowsPerSecond > 0 ? ((rowsTotal - rowsDone) / rowsPerSecond) * 1000 : null,
    });
    if (!hasWarned && now - movedAt > STALL_MS) {
      hasWarned = true;
      void describeStall(options.client).then(options.onStall, () => {});
    }
  }, TICK_MS);
  return () => clearInterval(timer);
}

async function describeStall(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ waits: string | null }>(
    `select string_agg(coalesce(wait_event_type || '/' || wait_event, 'running'), ', ') as waits
     from pg_stat_activity where application_name = $1 and datname = current_database()`,
    [applicationName(LANE_PURPOSE)],
  );
  const waits = rows[0]?.waits ?? 'no session is left';
  return `no chunk was committed for ${STALL_MS / 1000} s; the sessions wait for: ${waits}`;
}
