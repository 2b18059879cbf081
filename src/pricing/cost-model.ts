import { z } from 'zod';
import {
  type CostLine,
  type CostOptions,
  costLineSchema,
  HOURS_PER_MONTH,
  lineOf,
  reservable,
  TERMS,
} from './cost-line.ts';
import { databaseLines } from './database-cost.ts';
import type { Topology } from './topology.ts';

export const costSchema = z.object({
  term: z.enum(TERMS),
  lines: z.array(costLineSchema),
  /** Of all lines that have a price: a lower bound where some have none. */
  usdPerHour: z.number(),
  /** Lines without a price. */
  unpriced: z.array(z.string()),
  /** Lines whose price is older than 180 days. */
  stale: z.array(z.string()),
});

/** What a topology costs. */
export type Cost = z.infer<typeof costSchema>;

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
      ({ what, usdPerHour }): CostLine => ({
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

function cacheLines({ cache, region = '' }: Topology, options: CostOptions): CostLine[] {
  if (cache === undefined) return [];
  const service = cache.engine === 'valkey' ? 'elasticache-valkey' : 'elasticache-redis-oss';
  const what = { what: `${cache.class} (${cache.engine})`, quantity: cache.nodes };
  return [reservable(what, { service, class: cache.class, region, deployment: 'node' }, options)];
}

function taskLines({ tasks, region = '' }: Topology, options: CostOptions): CostLine[] {
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

function sundryLines(topology: Topology, options: CostOptions): CostLine[] {
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
