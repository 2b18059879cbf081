import { z } from 'zod';

const whole = z.int().nonnegative();

const storage = z
  .strictObject({
    type: z.enum(['gp3', 'io1', 'io2']).default('gp3'),
    gib: z.int().min(20),
    /** Provisioned; of gp3 only from 400 GiB on. */
    iops: z.int().positive().optional(),
    /** Provisioned MiB/s; of gp3 only from 400 GiB on. */
    throughput: z.int().positive().optional(),
  })
  .refine((each) => each.type !== 'gp3' || each.gib >= 400 || each.iops === undefined, {
    message: 'gp3 below 400 GiB has 3,000 IOPS, which cannot be changed',
    path: ['iops'],
  })
  .refine((each) => each.throughput === undefined || (each.type === 'gp3' && each.gib >= 400), {
    message: 'only gp3 from 400 GiB on has a throughput of its own',
    path: ['throughput'],
  })
  .refine((each) => each.type === 'gp3' || each.iops !== undefined, {
    message: 'io1 and io2 need their provisioned iops',
    path: ['iops'],
  });

const database = z.strictObject({
  engine: z.enum(['rds-postgresql', 'aurora-postgresql']).default('rds-postgresql'),
  class: z.string().regex(/^db\./, 'write a class such as db.m7g.large'),
  deployment: z.enum(['single-az', 'multi-az']).default('single-az'),
  replicas: whole.default(0),
  storage,
  /** Aurora only: what its standard storage is charged for beside the space. */
  ioRequestsPerSecond: z.number().nonnegative().optional(),
  proxy: z.boolean().default(false),
});

const cache = z.strictObject({
  engine: z.enum(['valkey', 'redis']).default('valkey'),
  class: z.string().regex(/^cache\./, 'write a class such as cache.t4g.small'),
  nodes: z.int().positive().default(1),
});

/** Tasks on Fargate, such as the load generators. */
const tasks = z.strictObject({
  count: z.int().positive().default(1),
  processor: z.enum(['arm', 'x86']).default('arm'),
  vcpus: z.number().positive(),
  memoryGib: z.number().positive(),
});

const own = z.strictObject({
  what: z.string(),
  usdPerHour: z.number().nonnegative(),
});

/** What is paid for: everything that runs while a shop is open. */
export const topologySchema = z.strictObject({
  region: z.string().optional(),
  database: database.optional(),
  cache: cache.optional(),
  tasks: tasks.optional(),
  natGateways: whole.default(0),
  publicAddresses: whole.default(0),
  secrets: whole.default(0),
  /** GB an hour. */
  traffic: z
    .strictObject({
      nat: z.number().nonnegative().default(0),
      crossZone: z.number().nonnegative().default(0),
      internet: z.number().nonnegative().default(0),
    })
    .prefault({}),
  /** Prices of one's own, for what no snapshot has. */
  own: z.array(own).default([]),
});

export type Topology = z.infer<typeof topologySchema>;
