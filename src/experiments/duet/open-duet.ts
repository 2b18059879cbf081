import {
  type ExperimentServers,
  QUIET_SERVER,
} from '../../database/embedded/experiment-servers.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { Shop } from '../../generators/shop.ts';
import { requireDiskSpace } from '../../loading/disk-space.ts';
import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import { isOpenModel } from '../../scenario/scenario.ts';
import type { Arm } from '../arms/arm.ts';
import { type ArmDatabasesOptions, makeArmTemplates } from '../arms/arm-databases.ts';
import { type AlterClone, Duet } from './run-duet.ts';

/** Two arms, and the servers that they meet on. */
export interface DuetSetting
  extends Pick<ArmDatabasesOptions, 'workers' | 'onStep' | 'onProgress' | 'onCount' | 'signal'> {
  readonly servers: ExperimentServers;
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly timing: { readonly warmUpMs: number; readonly blockMs: number };
  /** No clone pair is begun that would end later than this after the start. */
  readonly budgetMs: number;
}

/** How long the blocks of a gate are, unless somebody asks for others. */
export const GATE_TIMING = { warmUpMs: 1000, blockMs: 3000 } as const;
const CONNECTIONS = 8;
/** Of one processor set, by one arm's server: above it, arms wait for each other, and effects are hidden. */
const MOST_CPU = 0.25;
const CALIBRATION_RATE = 50;

/** Two servers hold the shop, both arms and a clone each. */
const SHOP_COPIES = 8;

/**
 * Makes the first server, with the templates of both arms; the address of its database `postgres`.
 *
 * @throws CartloadError DISK_FULL before anything is made
 */
export async function openFirstServer(setting: DuetSetting, shop: Shop): Promise<ServerAddress> {
  const { servers, baseline, candidate } = setting;
  await requireDiskSpace(servers.dataDirectory, shop.spec.orders, SHOP_COPIES);
  const server = await servers.create('a', QUIET_SERVER);
  const arms = [baseline, candidate];
  await makeArmTemplates({ ...setting, server, shop, arms, localCopies: SHOP_COPIES });
  return server;
}

/** Makes the second server from the first one's files, and the threads of both arms. */
export async function openDuet(
  setting: DuetSetting,
  options: { readonly headline: string | null; readonly firstPair: number },
): Promise<Duet> {
  const { servers, onStep } = setting;
  onStep('making a second server, alike to the last byte');
  await servers.stop('a');
  await servers.copy('a', 'b');
  const stages = [
    { name: 'a', address: await servers.start('a') },
    { name: 'b', address: await servers.start('b') },
  ] as const;
  return new Duet({
    ...setting,
    ...options,
    stages,
    connections: CONNECTIONS,
    ...setting.timing,
  });
}

/** The rate at which the arms do not wait for each other, found by a clone pair that is not counted. */
export async function findRate({ candidate, onStep }: DuetSetting, duet: Duet): Promise<number> {
  onStep('finding a rate at which the arms do not wait for each other');
  return rateFor(candidate, await duet.measurePair(CALIBRATION_RATE));
}

/** Measures clone pairs as long as the budget lasts: null where the next one might end after it. */
export function pairsWithin(
  { budgetMs, onStep }: DuetSetting,
  duet: Duet,
  ratePerSecond: number,
  startedAt: number,
): (alter?: AlterClone) => Promise<ClonePair | null> {
  onStep(`running both at once, ${Math.round(ratePerSecond)} actions/s each`);
  let longestMs = 0;
  return async (alter) => {
    if (performance.now() - startedAt + longestMs > budgetMs) return null;
    const pairStartedAt = performance.now();
    const pair = await duet.measurePair(ratePerSecond, alter);
    longestMs = Math.max(longestMs, performance.now() - pairStartedAt);
    return pair;
  };
}

/** The scenario's own rate, or the one at which an arm's server is as busy as it may be. */
function rateFor({ scenario: { load } }: Arm, { cpuMs }: ClonePair): number {
  const own = isOpenModel(load)
    ? load.executor === 'constant-arrival-rate'
      ? load.ratePerSecond
      : Math.max(load.startRatePerSecond, ...load.stages.map(({ target }) => target))
    : Number.POSITIVE_INFINITY;
  const costMs = cpuMs === null ? null : Math.max(cpuMs.baseline, cpuMs.candidate);
  if (costMs === null) return Math.min(own, CALIBRATION_RATE);
  return Math.min(own, (1000 * MOST_CPU) / costMs);
}
