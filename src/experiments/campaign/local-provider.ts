import { availableParallelism } from 'node:os';
import type {
  ExperimentServers,
  ServerDefinition,
} from '../../database/embedded/experiment-servers.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { makeShopServer, openServerRun } from '../servers/shop-server.ts';
import type { Provider } from './provider.ts';

/**
 * A class as a server of its own on this machine: other settings, programs or processors.
 *
 * @param load loads the shop into an empty database
 */
export function localProvider(options: {
  readonly servers: ExperimentServers;
  readonly name: string;
  readonly definition: ServerDefinition;
  readonly load: (shop: ServerAddress) => Promise<unknown>;
  readonly signal: AbortSignal;
}): Provider {
  const { servers, name, definition, load, signal } = options;
  const server = `class-${name}`;
  return {
    kind: 'embedded',
    processors: definition.processors ?? availableParallelism(),
    // What a step before has left half-made.
    provision: () => servers.remove(server),
    load: () => makeShopServer(servers, server, definition, load),
    openRun: (_, id) => openServerRun(servers, server, id, signal),
    collect: async () => [],
    destroy: () => servers.remove(server),
    leftovers: async () => servers.leftovers(server),
  };
}
