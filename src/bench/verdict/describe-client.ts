import type { LatencyRecord, RunRecord } from '../../measurements/run-record.ts';
import type { RunFacts } from './run-facts.ts';

/** What the load generator was busy with. */
export function describeClient(
  { ends, plans, process }: RunFacts,
  timerLag: LatencyRecord,
): RunRecord['client'] {
  const usages = ends.map(({ usage }) => usage);
  return {
    // One worker at its limit is a limit of the load.
    eventLoopUtilization: Math.max(...usages.map((usage) => usage.eventLoopUtilization)),
    eventLoopDelayP99Ms: Math.max(...usages.map((usage) => usage.eventLoopDelayP99Ms)),
    gcMs: usages.reduce((sum, { gcMs }) => sum + gcMs, 0),
    ...process,
    timerLag,
    workers: ends.map(({ usage, recorded }, worker) => ({
      connections: Object.fromEntries(
        (plans[worker]?.nodes ?? []).map(({ name, connections }) => [name, connections]),
      ),
      arrivals: recorded.transactions.reduce(
        (sum, [, { outcomes }]) => sum + Object.values(outcomes).reduce((all, n) => all + n, 0),
        0,
      ),
      ...usage,
    })),
  };
}
