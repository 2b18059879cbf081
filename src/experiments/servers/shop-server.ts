import { escapeIdentifier } from 'pg';
import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import type {
  ExperimentServers,
  ServerDefinition,
} from '../../database/embedded/experiment-servers.ts';
import { type ServerAddress, withDatabase } from '../../database/server-address.ts';
import { type RunDatabase, runDatabaseName } from './run-database.ts';

const SHOP = 'shop';

/** As the embedded primary has it, but for its replica. */
export const USUAL_SERVER: ServerDefinition = { binaries: null, settings: {}, processors: null };

/** Makes a server with the shop in it, without a replica; it is down when this resolves. */
export async function makeShopServer(
  servers: ExperimentServers,
  name: string,
  definition: ServerDefinition,
  load: (shop: ServerAddress) => Promise<unknown>,
): Promise<void> {
  const admin = await servers.create(name, definition);
  await withConnection(admin, { purpose: 'prepare' }, (client) =>
    client.query(`create database ${escapeIdentifier(SHOP)}`),
  );
  await load(withDatabase(admin, SHOP));
  await servers.stop(name);
}

/** Starts such a server, with a clone of its shop for one run; closing it stops the server. */
export async function openServerRun(
  servers: ExperimentServers,
  name: string,
  id: string,
  signal: AbortSignal,
): Promise<RunDatabase> {
  const admin = await servers.start(name);
  const clone = runDatabaseName(id);
  await withConnection(admin, { purpose: 'clone' }, (primary) =>
    cloneDatabase({ primary, replicas: [], template: SHOP, name: clone, signal }),
  );
  return {
    state: 'fresh',
    primary: withDatabase(admin, clone),
    replicas: [],
    pooler: null,
    async close() {
      await withConnection(
        admin,
        { purpose: 'clone' },
        (primary) => dropDatabase(primary, clone),
        // The server goes after the experiment, and the clone with it.
      ).catch(() => {});
      await servers.stop(name);
    },
  };
}
