/** What a victim's error says of its deadlock, in whatever language the server speaks. */
export interface DeadlockReport {
  /** Backend that the victim waited for; null where the text cannot be read. */
  readonly blockerPid: number | null;
  /** Backends in the ring. */
  readonly processes: number;
  /** Table whose row the victim waited for; null where the server does not say. */
  readonly relation: string | null;
}

/**
 * Reads DETAIL and CONTEXT of an error 40P01. DETAIL has a line for each edge of the ring, `Process 11
 * waits for ShareLock on transaction 789; blocked by process 12.`: in every translation its first and
 * its last number are the two backends. Only the victim's CONTEXT names a relation, `while locking
 * tuple (0,5) in relation "inventory"`. Where several functions are nested, the first line counts.
 *
 * @param pid the victim's own backend
 */
export function readDeadlock(
  error: { readonly detail?: unknown; readonly where?: unknown },
  pid: number,
): DeadlockReport {
  const detail = typeof error.detail === 'string' ? error.detail : '';
  const where = typeof error.where === 'string' ? error.where : '';
  const edges = detail
    .split('\n')
    .map((line) => (line.match(/\d+/g) ?? []).map(Number))
    .filter((numbers) => numbers.length >= 2);
  const own = edges.find(([waiter]) => waiter === pid);
  const firstLine = where.split('\n')[0] ?? '';
  return {
    blockerPid: own?.at(-1) ?? null,
    processes: edges.length,
    relation: /["„“”«»「]\s*([^"„“”«»「」]+?)\s*["„“”«»」]/.exec(firstLine)?.[1] ?? null,
  };
}
