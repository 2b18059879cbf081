import { z } from 'zod';
import {
  CONFIDENCES,
  findPrice,
  isStale,
  limitsOf,
  type PriceBook,
  type PriceKey,
} from './price-book.ts';
import type { Topology } from './topology.ts';

export const HOURS_PER_MONTH = 730;

/** How instances of the database and the cache are paid. */
export const TERMS = [
  'on-demand',
  '1yr No Upfront',
  '1yr Partial Upfront',
  '1yr All Upfront',
  '3yr No Upfront',
  '3yr Partial Upfront',
  '3yr All Upfront',
] as const;
export type Term = (typeof TERMS)[number];

const lineSchema = z.object({
  what: z.string(),
  quantity: z.number(),
  unit: z.string(),
  /** Of one; null: unpriced. */
  usd: z.number().nullable(),
  usdPerHour: z.number().nullable(),
  asOf: z.string().nullable(),
  confidence: z.enum([...CONFIDENCES, 'own']),
  /** Keys of the snapshot's sources. */
  source: z.array(z.string()),
  /** Older than 180 days. */
  isStale: z.boolean(),
});

export const costSchema = z.object({
  term: z.enum(TERMS),
  lines: z.array(lineSchema),
  /** Of all lines that have a price: a lower bound where some have none. */
  usdPerHour: z.number(),
  /** Lines without a price. */
  unpriced: z.array(z.string()),
  /** Lines whose price is older than 180 days. */
  stale: z.array(z.string()),
});

/** What a topology costs. */
export type Cost = z.infer<typeof costSchema>;
type Line = z.infer<typeof lineSchema>;

export interface CostOptions {
  readonly book: PriceBook;
  readonly today: Date;
  readonly term: Term;
  /**
   * Share of the primary's processors that the load used, where it was measured: burstable classes on RDS
   * are charged for what lies above their baseline.
   */
  readonly cpuShare?: number | undefined;
}

/**
 * The cost of a topology by the hour, line by line. What has no price in the snapshot stays without one, and
 * is named: nothing is estimated.
 */
export function costOf(topology: Topology, options: CostOptions): Cost {
  const lines = [
    ...databaseLines(topology, options),
    ...cacheLines(topology, options),
    ...taskLines(topology, options),
    ...sundryLines(topology, options),
    ...topology.own.map(
      ({ what, usdPerHour }): Line => ({
        what,
        quantity: 1,
        unit: 'hour',
        usd: usdPerHour,
        usdPerHour,
        asOf: null,
        confidence: 'own',
        source: [],
        isStale: false,
      }),
    ),
  ].filter(({ quantity }) => quantity > 0);
  return {
    term: options.term,
    lines,
    usdPerHour: lines.reduce((sum, line) => sum + (line.usdPerHour ?? 0), 0),
    unpriced: lines.filter(({ usd }) => usd === null).map(({ what }) => what),
    stale: lines.filter((line) => line.isStale).map(({ what }) => what),
  };
}

/**
 * The cost on demand, and with each reservation that the snapshot has prices for; where nothing can be
 * reserved, on demand alone.
 */
export function costsByTerm(
  topology: Topology,
  options: Omit<CostOptions, 'term'>,
): readonly [Cost, ...Cost[]] {
  const onDemand = costOf(topology, { ...options, term: 'on-demand' });
  if (topology.database === undefined && topology.cache === undefined) return [onDemand];
  const reserved = TERMS.filter((term) => term !== 'on-demand')
    .map((term) => costOf(topology, { ...options, term }))
    .filter(({ unpriced }) => unpriced.length <= onDemand.unpriced.length);
  return [onDemand, ...reserved];
}

/** Dollars for a million transactions at so many a second. */
export function usdPerMillion(usdPerHour: number, perSecond: number): number {
  return (usdPerHour / (perSecond * 3600)) * 1e6;
}

function databaseLines({ database, region = '' }: Topology, options: CostOptions): Line[] {
  if (database === undefined) return [];
  const { engine, deployment, replicas } = database;
  const isAurora = engine === 'aurora-postgresql';
  const zones = deployment === 'multi-az' ? 'Multi-AZ' : 'Single-AZ';
  const instance = (what: string, quantity: number, of: string) =>
    reservable(
      { what, quantity },
      { service: engine, class: database.class, region, deployment: of },
      options,
    );
  if (isAurora) {
    // A standby is another instance, at the same rate.
    const instances = 1 + replicas + (deployment === 'multi-az' ? 1 : 0);
    return [
      instance(`Aurora ${database.class}`, instances, 'Standard'),
      ...auroraStorageLines(database, region, options),
      ...burstLines(database.class, region, options),
      ...proxyLines(database, instances, region, options),
    ];
  }
  return [
    instance(`${database.class} ${zones}`, 1, zones),
    instance(`${database.class} read replica`, replicas, 'Single-AZ'),
    ...storageLines(database, zones, 1, region, options),
    ...storageLines(database, 'Single-AZ', replicas, region, options),
    ...burstLines(database.class, region, options),
    ...proxyLines(database, 1 + replicas, region, options),
  ];
}

type Database = NonNullable<Topology['database']>;

/** gp3 of RDS for PostgreSQL: one volume below 400 GiB, four from there on. */
const GP3_SMALL = { iops: 3000, throughput: 125 };
const GP3_LARGE = { iops: 12000, throughput: 500 };

function storageLines(
  { storage }: Database,
  deployment: 'Single-AZ' | 'Multi-AZ',
  servers: number,
  region: string,
  options: CostOptions,
): Line[] {
  const { type, gib, iops, throughput } = storage;
  const suffix = deployment === 'Multi-AZ' ? ' Multi-AZ' : '';
  const monthly = (what: string, amount: number, name: string, unit: string) =>
    lineOf(
      { what: what + suffix, quantity: amount * servers, hours: HOURS_PER_MONTH },
      { service: 'rds-storage', class: name, region, deployment, unit },
      options,
    );
  if (type !== 'gp3') {
    return [
      monthly(`${type} storage`, gib, `${type}-storage`, 'GB-month'),
      monthly(`${type} IOPS`, iops ?? 0, `${type}-iops`, 'IOPS-month'),
    ];
  }
  const included = gib < 400 ? GP3_SMALL : GP3_LARGE;
  const above = (asked: number | undefined, free: number) => Math.max(0, (asked ?? free) - free);
  return [
    monthly('gp3 storage', gib, 'gp3-storage', 'GB-month'),
    monthly(
      'gp3 IOPS above the baseline',
      above(iops, included.iops),
      'gp3-iops-above-baseline',
      'IOPS-month',
    ),
    monthly(
      'gp3 throughput above the baseline',
      above(throughput, included.throughput),
      'gp3-throughput-above-baseline',
      'MiBps-month',
    ),
  ];
}

function auroraStorageLines(
  { storage, ioRequestsPerSecond }: Database,
  region: string,
  options: CostOptions,
): Line[] {
  const key = { service: 'aurora-postgresql', region, deployment: 'Standard' };
  const requests = { ...key, class: 'io-requests', unit: 'million-requests' };
  return [
    lineOf(
      { what: 'Aurora storage', quantity: storage.gib, hours: HOURS_PER_MONTH },
      { ...key, class: 'storage', unit: 'GB-month' },
      options,
    ),
    ioRequestsPerSecond === undefined
      ? withoutPrice('Aurora I/O requests (how many is not known)', requests.unit)
      : lineOf(
          { what: 'Aurora I/O requests', quantity: (ioRequestsPerSecond * 3600) / 1e6, hours: 1 },
          requests,
          options,
        ),
  ];
}

/** What a burstable class uses above its baseline: RDS runs them in unlimited mode, which bills it. */
function burstLines(instanceClass: string, region: string, options: CostOptions): Line[] {
  const limits = limitsOf(options.book, instanceClass);
  const baseline = limits?.baselineCpuPctPerVcpu ?? null;
  if (limits === undefined || baseline === null) return [];
  const family = instanceClass.split('.')[1] ?? '';
  const what = `CPU of ${instanceClass} above its baseline of ${baseline} %`;
  if (options.cpuShare === undefined) return [withoutPrice(`${what} (not measured)`, 'vCPU-hour')];
  return [
    lineOf(
      { what, quantity: Math.max(0, options.cpuShare - baseline / 100) * limits.vcpu, hours: 1 },
      {
        service: 'rds-burst',
        class: `cpu-credits-${family}`,
        region,
        deployment: 'any',
        unit: 'vCPU-hour',
      },
      options,
    ),
  ];
}

/** Charged by the processors of each instance behind it, at least two. */
function proxyLines(
  { proxy, class: instanceClass }: Database,
  instances: number,
  region: string,
  options: CostOptions,
): Line[] {
  if (!proxy) return [];
  const vcpu = limitsOf(options.book, instanceClass)?.vcpu;
  if (vcpu === undefined) return [withoutPrice(`proxy of ${instanceClass}`, 'vCPU-hour')];
  return [
    lineOf(
      { what: 'RDS Proxy', quantity: Math.max(2, vcpu) * instances, hours: 1 },
      { service: 'rds-proxy', class: 'proxy', region, deployment: 'any', unit: 'vCPU-hour' },
      options,
    ),
  ];
}

function cacheLines({ cache, region = '' }: Topology, options: CostOptions): Line[] {
  if (cache === undefined) return [];
  const service = cache.engine === 'valkey' ? 'elasticache-valkey' : 'elasticache-redis-oss';
  const what = { what: `${cache.class} (${cache.engine})`, quantity: cache.nodes };
  return [reservable(what, { service, class: cache.class, region, deployment: 'node' }, options)];
}

function taskLines({ tasks, region = '' }: Topology, options: CostOptions): Line[] {
  if (tasks === undefined) return [];
  const { count, processor, vcpus, memoryGib } = tasks;
  const line = (what: string, quantity: number, name: string, unit: string) =>
    lineOf(
      { what, quantity, hours: 1 },
      { service: 'fargate', class: `${processor}-${name}`, region, deployment: 'linux', unit },
      options,
    );
  return [
    line('Fargate processors', count * vcpus, 'vcpu', 'vCPU-hour'),
    line('Fargate memory', count * memoryGib, 'memory', 'GB-hour'),
  ];
}

function sundryLines(topology: Topology, options: CostOptions): Line[] {
  const { region = '', natGateways, publicAddresses, secrets, traffic } = topology;
  const line = (
    what: string,
    quantity: number,
    service: string,
    name: string,
    unit: string,
    hours = 1,
  ) =>
    lineOf(
      { what, quantity, hours },
      { service, class: name, region, deployment: 'any', unit },
      options,
    );
  return [
    line('NAT gateways', natGateways, 'nat-gateway', 'hours', 'hour'),
    line('public IPv4 addresses', publicAddresses, 'public-ipv4', 'in-use-address', 'hour'),
    line('secrets', secrets, 'secrets-manager', 'secret', 'secret-month', HOURS_PER_MONTH),
    line('traffic through NAT', traffic.nat, 'nat-gateway', 'data-processed', 'GB'),
    // Charged to both who sends and who receives.
    line(
      'traffic between zones',
      2 * traffic.crossZone,
      'data-transfer',
      'cross-AZ-each-direction',
      'GB',
    ),
    line(
      'traffic to the internet',
      traffic.internet,
      'data-transfer',
      'internet-out-first-10TB',
      'GB',
    ),
  ];
}

/** Instances, which can be reserved: on demand by the hour, else by the effective hour of the term. */
function reservable(
  what: { readonly what: string; readonly quantity: number },
  key: Omit<PriceKey, 'unit'>,
  options: CostOptions,
): Line {
  const { term } = options;
  if (term === 'on-demand') return lineOf({ ...what, hours: 1 }, { ...key, unit: 'hour' }, options);
  const [years, ...payment] = term.split(' ');
  return lineOf(
    { ...what, hours: 1 },
    {
      ...key,
      service: `${key.service}-reserved`,
      unit: 'effective-hour',
      term: years as '1yr' | '3yr',
      paymentOption: payment.join(' ') as 'No Upfront',
    },
    options,
  );
}

function lineOf(
  { what, quantity, hours }: { what: string; quantity: number; hours: number },
  key: PriceKey,
  { book, today }: CostOptions,
): Line {
  const price = findPrice(book, key);
  if (price === undefined || price.usd === null)
    return { ...withoutPrice(what, key.unit), quantity };
  const { usd, asOf, confidence, source } = price;
  return {
    what,
    quantity,
    unit: key.unit,
    usd,
    usdPerHour: (usd * quantity) / hours,
    asOf,
    confidence,
    source,
    isStale: isStale(price, today),
  };
}

function withoutPrice(what: string, unit: string): Line {
  return {
    what,
    quantity: 1,
    unit,
    usd: null,
    usdPerHour: null,
    asOf: null,
    confidence: 'not-found',
    source: [],
    isStale: false,
  };
}
