import type pg from 'pg';
import { type Capabilities, probeCapabilities } from '../../database/capabilities.ts';
import { connect, endConnection } from '../../database/connect.ts';
import { guardPrimary, guardReplica } from '../../database/guard.ts';
import type { ServerAddress } from '../../database/server-address.ts';

/** A server of the run, with a connection of the harness's own: no client of the load uses it. */
export interface BenchNode {
  readonly name: string;
  readonly role: 'primary' | 'replica';
  readonly address: ServerAddress;
  readonly client: pg.Client;
}

export interface BenchNodes {
  readonly primary: BenchNode;
  readonly replicas: readonly BenchNode[];
  readonly capabilities: Capabilities;
  close(): Promise<void>;
}

/**
 * Connects to every node and refuses what is not Cartload's or not what it is said to be.
 *
 * @throws CartloadError as `connect` and the guards do
 */
export async function openNodes(
  primaryAddress: ServerAddress,
  replicaAddresses: readonly ServerAddress[],
): Promise<BenchNodes> {
  const clients: pg.Client[] = [];
  const open = async (address: ServerAddress) => {
    const client = await connect(address, { purpose: 'harness' });
    clients.push(client);
    return client;
  };
  const close = async () => {
    await Promise.all(clients.map(endConnection));
  };
  try {
    const client = await open(primaryAddress);
    await guardPrimary(client, primaryAddress);
    const replicas: BenchNode[] = [];
    for (const address of replicaAddresses) {
      const replica = await open(address);
      await guardReplica(replica, address, client);
      const name = replicas.length === 0 ? 'replica' : `replica-${replicas.length + 1}`;
      replicas.push({ name, role: 'replica', address, client: replica });
    }
    return {
      primary: { name: 'primary', role: 'primary', address: primaryAddress, client },
      replicas,
      capabilities: await probeCapabilities(client),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
