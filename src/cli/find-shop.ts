import { clusterStatus } from '../database/embedded/cluster-status.ts';
import { parseServerUrl, type ServerAddress, withDatabase } from '../database/server-address.ts';
import type { Target } from '../database/target.ts';
import { CartloadError } from '../errors.ts';
import { createShop } from '../generators/shop.ts';
import { readCurrentDataset, shopDatabase } from './shop-databases.ts';

/**
 * The shop's database without starting anything: the target's, or that of the current dataset on the
 * running embedded cluster.
 *
 * @throws CartloadError BAD_TARGET, TARGET_UNREACHABLE, DATASET_NOT_LOADED
 */
export async function findShopAddress(
  target: Target,
  stateDirectory: string,
  options: { readonly isReplica: boolean },
): Promise<ServerAddress> {
  if (target.kind === 'external') {
    const address = options.isReplica ? target.replicas[0] : target.primary;
    if (address !== undefined) return address;
    throw new CartloadError('BAD_TARGET', 'The target has no replica.');
  }
  const found = await clusterStatus(stateDirectory);
  if (!found.exists || found.endpoints === undefined || !found.isRunning) {
    throw new CartloadError('TARGET_UNREACHABLE', 'The embedded cluster is not running.', {
      hint: 'Start it: npm run db -- start.',
    });
  }
  const current = await readCurrentDataset(stateDirectory);
  if (current === null) {
    throw new CartloadError('DATASET_NOT_LOADED', 'No shop is loaded on the embedded cluster.', {
      hint: 'Load one first: npm run load -- --scale 20k.',
    });
  }
  const { primaryUrl, replicaUrl } = found.endpoints;
  const admin = parseServerUrl(options.isReplica ? replicaUrl : primaryUrl);
  return withDatabase(admin, shopDatabase(createShop(current)));
}
