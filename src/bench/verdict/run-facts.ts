import type { SessionOptions } from '../../database/pg-session.ts';
import type { ReplicaRecorder } from '../../measurements/replica-recorder.ts';
import type { BenchNodes } from '../prepare/nodes.ts';
import type { ServerFacts } from '../prepare/server-facts.ts';
import type { BenchOptions } from '../run-bench.ts';
import type { ProcessUsage } from '../watch/process-monitor.ts';
import type { ServerWatch } from '../watch/server-watch.ts';
import type { Recorder } from '../workers/recorder.ts';
import type { WorkerEnd, WorkerPlan } from '../workers/worker-messages.ts';
import type { Settlement } from './settle.ts';

/** Everything that is known of a run when it is over. */
export interface RunFacts {
  readonly bench: BenchOptions;
  readonly startedAt: Date;
  readonly nodes: BenchNodes;
  readonly facts: ServerFacts;
  /** Has what all workers counted. */
  readonly recorder: Recorder;
  /** In the order of the nodes. */
  readonly replicas: readonly ReplicaRecorder[];
  readonly plans: readonly WorkerPlan[];
  readonly ends: readonly WorkerEnd[];
  readonly watch: ServerWatch;
  readonly prepares: SessionOptions['prepares'];
  /** By how much the wall clock was set during the load. */
  readonly clockJumpMs: number;
  readonly process: ProcessUsage;
  readonly settlement: Settlement;
  /** Why the caches were not filled before the run; null when they were. */
  readonly coldCacheReason: string | null;
}
