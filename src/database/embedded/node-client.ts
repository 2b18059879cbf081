import { Client } from 'pg';

/** The superuser of an embedded cluster. */
export const SUPERUSER = 'cartload';

/** The URL of a node's `postgres` database, password included. */
export function nodeUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

/** Runs `work` with a connection to a node's `postgres` database and closes it. */
export async function withNodeClient<T>(
  port: number,
  password: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: nodeUrl(port, password),
    application_name: 'cartload cluster',
    connectionTimeoutMillis: 10_000,
  });
  // A server that goes away while the connection is idle must not end the program: the next query
  // reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
