import { availableParallelism } from 'node:os';
import { withConnection } from '../../database/connect.ts';
import { guardPrimary } from '../../database/guard.ts';
import { parseServerUrl, type ServerAddress } from '../../database/server-address.ts';
import type { Provider } from './provider.ts';

/**
 * A class as servers that somebody else has made, and keeps: they are filled, measured and left as they are.
 *
 * @param load loads the shop, where it is not there yet
 */
export function urlProvider(options: {
  readonly primary: string;
  readonly replicas: readonly string[];
  readonly load: (shop: ServerAddress) => Promise<unknown>;
}): Provider {
  const primary = parseServerUrl(options.primary);
  const replicas = options.replicas.map(parseServerUrl);
  return {
    kind: 'external',
    processors: availableParallelism(),
    async provision() {
      await withConnection(primary, { purpose: 'check' }, (client) =>
        guardPrimary(client, primary),
      );
    },
    async load() {
      await options.load(primary);
    },
    openRun: async () => ({
      state: 'in-place',
      primary,
      replicas,
      pooler: null,
      close: async () => {},
    }),
    collect: async () => [],
    destroy: async () => {},
    leftovers: async () => [],
  };
}
