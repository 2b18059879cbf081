import type pg from 'pg';

/**
 * Does each job on one of the connections, as many at a time as there are connections, in order.
 * Results are in the order of the jobs. The first failure, or an abort, ends it once what is under way
 * has ended.
 */
export async function sideBySide<J, R>(
  clients: readonly pg.Client[],
  jobs: readonly J[],
  signal: AbortSignal,
  work: (client: pg.Client, job: J) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let hasFailed = false;
  const lane = async (client: pg.Client) => {
    while (next < jobs.length && !hasFailed && !signal.aborted) {
      const index = next++;
      try {
        results[index] = await work(client, jobs[index] as J);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(clients.map(lane));
  signal.throwIfAborted();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
