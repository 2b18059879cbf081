// `pgbench -i`, by the times that it reports itself.
import { loadAverage, run, withConnection, withFreshDatabase } from '../loader-bench.mjs';
import { heapOf, rateOf } from './measured.mjs';

export const ROWS_A_SCALE = 100_000;

/** `program`: of pgbench; `steps`: as its -I takes them. */
export async function initByPgbench(bench, { program, scale, steps }) {
  const before = loadAverage();
  const rows = scale * ROWS_A_SCALE;
  return withFreshDatabase(bench, async ({ host, port, user, password, database }) => {
    const login = ['-h', host, '-p', String(port), '-U', user, database];
    const args = ['-i', '-I', steps, '-q', '-s', String(scale), ...login];
    const { stderr } = await run(bench.stop, program, args, {
      env: { ...process.env, PGPASSWORD: password },
    });
    // "done in 7.15 s (drop tables 0.00 s, create tables 0.01 s, client-side generate 4.62 s, ...)."
    const seconds = (step) => Number(new RegExp(`${step} ([\\d.]+) s`).exec(stderr)?.[1] ?? 0);
    const copiedMs = seconds('client-side generate') * 1000;
    const finishedMs = copiedMs + (seconds('vacuum') + seconds('primary keys')) * 1000;
    const heap = await withConnection(
      { host, port, user, password, database, tls: null },
      { purpose: 'benchmark' },
      (client) => heapOf(client, 'public.pgbench_accounts', copiedMs),
    );
    return {
      loadAverageBefore: before,
      rows,
      ...rateOf(rows, copiedMs),
      ...heap,
      finishedRowsPerSecond: rateOf(rows, finishedMs).rowsPerSecond,
    };
  });
}
