import { type Clock, systemClock } from '../../clock.ts';
import { CartloadError, InterruptedError } from '../../errors.ts';
import { createShop } from '../../generators/shop.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { createMix } from '../../workloads/mix.ts';
import { RecentOrders } from '../../workloads/recent-orders.ts';
import { createShoppers } from '../../workloads/shopper.ts';
import type { Alarm } from '../arrivals/alarm.ts';
import { CausalReads } from '../clients/causal-reads.ts';
import { type Clients, openClients, tracedStatements } from '../clients/open-clients.ts';
import { ReconnectingClient } from '../clients/reconnecting-client.ts';
import { StatementTrace } from '../clients/statement-trace.ts';
import { ReplicaAges } from '../watch/replica-ages.ts';
import { VisibilityProbe } from '../watch/visibility-probe.ts';
import { chooseTransactions } from './choose-transactions.ts';
import { Recorder } from './recorder.ts';
import { runLoad } from './run-load.ts';
import type {
  FromWorker,
  ToWorker,
  WorkerFault,
  WorkerPlan,
  WorkerTick,
} from './worker-messages.ts';

/** A worker's end of the line to the one who conducts the run. */
export interface WorkerLine {
  post(message: FromWorker): void;
  /** To be called once; told of every message. */
  listen(hear: (message: ToWorker) => void): void;
  openAlarm(clock: Clock): Promise<Alarm>;
}

const PROBE_TIMEOUT_MS = 1000;

/**
 * A worker of a run: opens its part of the connections, waits for the start, applies its slice of the
 * arrivals, and posts what it has counted. Never rejects: what goes wrong is posted, too.
 */
export async function applyLoad(plan: WorkerPlan, line: WorkerLine): Promise<void> {
  const interrupt = new AbortController();
  const started = new Promise<number>((resolve, reject) => {
    interrupt.signal.addEventListener('abort', () => reject(interrupt.signal.reason));
    line.listen((message) => {
      if (message.kind === 'start') resolve(message.startedAt);
      else interrupt.abort(new InterruptedError());
    });
  });
  // Awaited later, or not at all.
  started.catch(() => {});
  const closers: (() => Promise<void> | void)[] = [];
  try {
    await serve(plan, line, { started, signal: interrupt.signal, closers });
  } catch (error) {
    line.post({ kind: 'fault', fault: asFault(error) });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function serve(
  plan: WorkerPlan,
  line: WorkerLine,
  run: {
    readonly started: Promise<number>;
    readonly signal: AbortSignal;
    readonly closers: (() => Promise<void> | void)[];
  },
): Promise<void> {
  const { scenario, slice, nodes, runTag } = plan;
  const { load } = scenario;
  const { closers, signal } = run;
  const clock = systemClock;
  await initHistograms();
  const mix = chooseTransactions(scenario);
  const transactions = mix.map(({ value }) => value);
  const recorder = new Recorder({
    transactions,
    window: { startMs: load.warmupMs, endMs: load.warmupMs + load.durationMs },
    lateAfterMs: load.lateAfterMs,
  });
  closers.push(() => recorder.close());
  const ages = ReplicaAges.over(plan.replicaAges);
  const trace = new StatementTrace(
    plan.trace,
    transactions.map(({ name }) => name),
    tracedStatements(transactions),
  );
  const clients = await openClients({
    scenario,
    transactions,
    nodes,
    purpose: plan.purpose,
    clock,
    trace,
    replicaAgeMs: (replica) => ages.ageMs(replica, clock.now()),
  });
  closers.push(() => clients.close());
  const recentOrders = new RecentOrders();
  const shopperOf = createShoppers({
    ...scenario.access,
    shop: createShop(scenario.dataset),
    seed: scenario.dataset.seed,
    runTag,
    recentOrders,
  });
  const probe = openProbe(plan, clock);
  closers.push(() => probe?.close());
  closers.push(() => probe?.stop());
  const alarm = await line.openAlarm(clock);
  closers.push(() => alarm.close());

  line.post({ kind: 'ready' });
  const startedAt = await run.started;
  const ended = await runLoad({
    scenario,
    slice,
    pools: clients.pools,
    router: clients.router,
    causalReads:
      scenario.routing.reads === 'causal'
        ? new CausalReads(clock, scenario.routing.maxLagMs)
        : null,
    // Each worker has a queue of its own.
    maxQueue:
      'maxQueue' in load ? Math.ceil(load.maxQueue / slice.workers) : Number.POSITIVE_INFINITY,
    trace,
    recorder,
    clock,
    alarm,
    signal,
    startedAt,
    pick: createMix(mix),
    shopperOf,
    recentOrders,
    onOrder: (token) => probe?.offer(token, recorder.isMeasured(clock.now() - startedAt)),
    onTick: () => line.post({ kind: 'tick', tick: tickOf(recorder, clients) }),
  });
  const { pools } = clients;
  const outages = pools.flatMap((pool) =>
    pool.outages.map((outage) => ({
      node: pool.node,
      startMs: outage.startedAt - startedAt,
      endMs: outage.endedAt === null ? null : outage.endedAt - startedAt,
    })),
  );
  const lostConnections = pools.reduce((sum, pool) => sum + pool.lostConnections, 0);
  await probe?.stop();
  await clients.close();
  line.post({
    kind: 'end',
    end: {
      ...ended,
      recorded: recorder.toState(),
      lostConnections,
      outages,
      visibility: probe?.toState() ?? null,
    },
  });
}

function openProbe({ nodes }: WorkerPlan, clock: Clock): VisibilityProbe | null {
  const replicas = nodes.filter(({ role }) => role === 'replica');
  if (replicas.length === 0) return null;
  const connections = replicas.map(
    ({ address }) =>
      new ReconnectingClient({ address, purpose: 'probe', timeoutMs: PROBE_TIMEOUT_MS }),
  );
  return new VisibilityProbe({ replicas: connections, clock });
}

function tickOf(recorder: Recorder, { pools }: Clients): WorkerTick {
  return {
    tally: recorder.tally,
    waiting: pools.reduce((sum, pool) => sum + pool.queueLength, 0),
    recent: recorder.takeRecent(),
  };
}

function asFault(error: unknown): WorkerFault {
  const isOurs = error instanceof CartloadError;
  return {
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
    code: isOurs ? error.code : null,
    hint: isOurs ? error.hint : undefined,
  };
}
