import type { SessionOptions } from '../../database/pg-session.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { ErrorCode } from '../../errors.ts';
import type { HistogramState } from '../../measurements/histogram.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Slice } from '../arrivals/arrival-schedule.ts';
import type { TraceMemory } from '../clients/statement-trace.ts';
import type { ClientUsage } from '../watch/client-monitor.ts';
import type { VisibilityState } from '../watch/visibility-probe.ts';
import type { RecorderState, Tally } from './recorder.ts';
import type { LoadPhases } from './run-load.ts';

/** A server as a worker's clients reach it. */
export interface WorkerNode {
  readonly name: string;
  readonly role: 'primary' | 'replica';
  readonly address: ServerAddress;
  /** Sessions that this worker opens. */
  readonly connections: number;
  /** Number of the first of them in the trace. */
  readonly firstSlot: number;
  /** As of `PgSession`. */
  readonly prepares: SessionOptions['prepares'];
}

/** Everything that a worker needs to apply its part of the load; crosses threads as it is. */
export interface WorkerPlan {
  readonly slice: Slice;
  readonly scenario: Scenario;
  /** Of the run's sessions, in pg_stat_activity. */
  readonly purpose: string;
  readonly runTag: string;
  /** The primary first. */
  readonly nodes: readonly WorkerNode[];
  /** Memory of `ReplicaAges`. */
  readonly replicaAges: Float64Array;
  readonly trace: TraceMemory;
}

export type ToWorker =
  /** The warm-up starts at this time on the system clock. */
  | { readonly kind: 'start'; readonly startedAt: number }
  /** The user has ended the run; before the start, too. */
  | { readonly kind: 'interrupt' };

export type FromWorker =
  /** Every connection is open and every statement prepared. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'tick'; readonly tick: WorkerTick }
  | { readonly kind: 'end'; readonly end: WorkerEnd }
  | { readonly kind: 'fault'; readonly fault: WorkerFault };

/** What a worker has done so far, four times a second. */
export interface WorkerTick {
  readonly tally: Readonly<Tally>;
  /** Arrivals waiting for a connection. */
  readonly waiting: number;
  /** Since the tick before, in the warm-up too: arrivals, and response times of the committed. */
  readonly recent: { readonly arrivals: number; readonly response: HistogramState | null };
}

/** What a worker has to say when its load is over and its connections are closed. */
export interface WorkerEnd {
  readonly phases: LoadPhases;
  /** The user ended the run before the measurement was complete. */
  readonly interrupted: boolean;
  readonly recorded: RecorderState;
  readonly usage: ClientUsage;
  readonly lostConnections: number;
  /** When a node had no connection left, on the time line; null: till the end. */
  readonly outages: readonly {
    readonly node: string;
    readonly startMs: number;
    readonly endMs: number | null;
  }[];
  /** Null without a replica. */
  readonly visibility: VisibilityState | null;
}

/** An error loses its class on the way between threads. */
export interface WorkerFault {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a CartloadError; null: a fault of the program. */
  readonly code: ErrorCode | null;
  readonly hint: string | undefined;
}
