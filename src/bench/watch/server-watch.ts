import type pg from 'pg';
import type { Clock } from '../../clock.ts';
import { withConnection } from '../../database/connect.ts';
import { type CataloguedIndex, readIndexCatalogue } from '../../database/index-catalogue.ts';
import { type IndexPages, readIndexPages } from '../../database/index-pages.ts';
import { readServerCpuSeconds } from '../../database/server-cpu.ts';
import {
  type Counters,
  countersBetween,
  normalised,
  readServerCounters,
  type ServerCounters,
} from '../../database/server-statistics.ts';
import { readPlans } from '../../database/statement-plans.ts';
import { messageOf } from '../../errors.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { ServerNodeRecord, ServerRecord } from '../../measurements/server-record.ts';
import type { Statement } from '../../schema/statement.ts';
import { ReconnectingClient } from '../clients/reconnecting-client.ts';
import type { BenchNode, BenchNodes } from '../prepare/nodes.ts';
import { MarkWatch } from './mark-watch.ts';
import { WaitSampler } from './wait-sampler.ts';

export interface ServerWatchOptions {
  readonly nodes: BenchNodes;
  /** Of the sessions of the load. */
  readonly purpose: string;
  readonly clock: Clock;
  readonly statements: readonly Statement<never, unknown>[];
}

interface Reading {
  readonly counters: ServerCounters;
  readonly cpuSeconds: number | null;
}

interface WatchedNode {
  readonly node: BenchNode;
  readonly waits: WaitSampler;
  before: Reading | null;
  after: Reading | null;
}

const TIMEOUT_MS = 1000;
const READ_TIMEOUT_MS = 5000;

/** What the servers do during a load: counters before and after, samples and marks in between. */
export class ServerWatch {
  readonly #nodes: readonly WatchedNode[];
  readonly #marks: MarkWatch;
  readonly #statements: readonly Statement<never, unknown>[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #unavailable: Record<string, string> = {};
  #indexes: readonly CataloguedIndex[] = [];
  #pages: ReadonlyMap<string, IndexPages> = new Map();
  #plans: Readonly<Record<string, string>> = {};

  private constructor({ nodes, purpose, clock, statements }: ServerWatchOptions) {
    const connection = ({ address }: BenchNode) =>
      new ReconnectingClient({ address, purpose: 'watch', timeoutMs: TIMEOUT_MS });
    this.#nodes = [nodes.primary, ...nodes.replicas].map((node) => ({
      node,
      waits: new WaitSampler({ client: connection(node), clock, purpose }),
      before: null,
      after: null,
    }));
    this.#marks = new MarkWatch({ client: connection(nodes.primary), clock });
    this.#statements = statements;
    this.#names = new Map(statements.map(({ name, text }) => [normalised(text), name]));
  }

  /** Reads the counters as they are before the load. Never throws: what cannot be read is said so. */
  static async open(options: ServerWatchOptions): Promise<ServerWatch> {
    const watch = new ServerWatch(options);
    for (const each of watch.#nodes) {
      each.before = await watch.#read(each.node, each.node.client);
    }
    return watch;
  }

  /** @param startedAt the clock's time at the start of the warm-up */
  start(startedAt: number): void {
    for (const { waits } of this.#nodes) waits.start(startedAt);
    this.#marks.start(startedAt);
  }

  /** Ends samples and marks: the load is over. */
  async stop(): Promise<void> {
    await Promise.all([this.#marks.stop(), ...this.#nodes.map(({ waits }) => waits.stop())]);
  }

  /**
   * Reads the counters again, once the sessions of the load have ended.
   *
   * @param primary a connection to the primary: the one from before the load may be gone
   */
  async readAfter(primary: pg.Client): Promise<void> {
    for (const each of this.#nodes) {
      each.after =
        each.node.role === 'primary'
          ? await this.#read(each.node, primary)
          : await this.#readAnew(each.node);
    }
    await this.#readRemains(primary);
  }

  /** Reads what the load has left behind: without it the record says less, and is no less true. */
  async #readRemains(primary: pg.Client): Promise<void> {
    const orSay =
      <Result>(what: string, otherwise: Result) =>
      (error: unknown) => {
        this.#unavailable[what] = messageOf(error);
        return otherwise;
      };
    this.#indexes = await readIndexCatalogue(primary).catch(orSay('indexes', []));
    this.#pages = await readIndexPages(primary).catch(orSay('index pages', new Map()));
    this.#plans = await readPlans(primary, this.#statements).catch(orSay('plans', {}));
  }

  /** On a new connection: the replica may have been lost, or may hang. */
  async #readAnew(node: BenchNode): Promise<Reading | null> {
    const limits = { connectTimeoutMs: READ_TIMEOUT_MS, queryTimeoutMs: READ_TIMEOUT_MS };
    try {
      return await withConnection(node.address, { purpose: 'harness', ...limits }, (client) =>
        this.#read(node, client),
      );
    } catch (error) {
      this.#unavailable[node.name] = messageOf(error);
      return null;
    }
  }

  marks(): RunRecord['marks'] {
    return [...this.#marks.marks()];
  }

  /** @param committed transactions of the whole load, the warm-up's too */
  toRecord(committed: number): ServerRecord {
    const nodes = this.#nodes.flatMap((each) => this.#describe(each) ?? []);
    return {
      window: 'load',
      nodes,
      perAction: perAction(nodes, committed),
      indexes: this.#indexes.map((index) => ({
        ...index,
        ...(this.#pages.get(index.name) ?? { cachedBytes: null, leafDensity: null }),
      })),
      plans: this.#plans,
      unavailable: this.#unavailable,
      activity: this.#nodes[0]?.waits.activity() ?? [],
    };
  }

  async #read({ name, role, address }: BenchNode, client: pg.Client): Promise<Reading | null> {
    try {
      const counters = await readServerCounters(client, role);
      const { processID } = client as pg.Client & { readonly processID: number };
      return { counters, cpuSeconds: readServerCpuSeconds(address.host, processID) };
    } catch (error) {
      this.#unavailable[name] = messageOf(error);
      return null;
    }
  }

  #describe({ node, waits, before, after }: WatchedNode): ServerNodeRecord | null {
    if (before === null || after === null) return null;
    const { statements, ...counters } = countersBetween(before.counters, after.counters);
    const cpuSeconds =
      before.cpuSeconds === null || after.cpuSeconds === null
        ? null
        : Math.max(0, after.cpuSeconds - before.cpuSeconds);
    return {
      name: node.name,
      cpuSeconds,
      ...counters,
      tables: active(counters.tables),
      indexes: active(counters.indexes),
      statements: statements === null ? null : this.#named(statements),
      waits: waits.waits(),
    };
  }

  /** The statements of the mix, by their names. */
  #named(statements: Readonly<Record<string, Counters>>): Record<string, Counters> {
    const named: Record<string, Counters> = {};
    for (const [text, counters] of Object.entries(statements)) {
      const name = this.#names.get(text);
      if (name !== undefined && (counters['calls'] ?? 0) > 0) named[name] = counters;
    }
    return named;
  }
}

/** Without those that nothing happened to. */
function active(counters: Readonly<Record<string, Counters>>): Record<string, Counters> {
  return Object.fromEntries(
    Object.entries(counters).filter(([, each]) => Object.values(each).some((count) => count !== 0)),
  );
}

function perAction(
  nodes: readonly ServerNodeRecord[],
  committed: number,
): ServerRecord['perAction'] {
  const [primary] = nodes;
  if (primary === undefined || committed === 0) return null;
  const each = (count: number | undefined) => (count ?? 0) / committed;
  const { wal, database } = primary;
  const cpus = nodes.map(({ cpuSeconds }) => cpuSeconds);
  const isAllLocal = cpus.every((cpu) => cpu !== null);
  return {
    committed,
    walBytes: wal === null ? null : each(wal['bytes']),
    walRecords: wal === null ? null : each(wal['records']),
    walImages: wal === null ? null : each(wal['images']),
    blocksHit: each(database['blocksHit']),
    blocksRead: each(database['blocksRead']),
    tempBytes: each(database['tempBytes']),
    cpuMs: isAllLocal ? each(1000 * cpus.reduce<number>((sum, cpu) => sum + (cpu ?? 0), 0)) : null,
  };
}
