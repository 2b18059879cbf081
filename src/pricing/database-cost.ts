import {
  type CostLine,
  type CostOptions,
  HOURS_PER_MONTH,
  lineOf,
  reservable,
  withoutPrice,
} from './cost-line.ts';
import { limitsOf } from './price-book.ts';
import type { Topology } from './topology.ts';

/** The servers of a topology with their storage, what they burst, and the proxy before them. */
export function databaseLines(
  { database, region = '' }: Topology,
  options: CostOptions,
): CostLine[] {
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
): CostLine[] {
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
): CostLine[] {
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
function burstLines(instanceClass: string, region: string, options: CostOptions): CostLine[] {
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
): CostLine[] {
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
