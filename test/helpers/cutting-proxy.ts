import { connect, createServer, type Socket } from 'node:net';
import type { ServerAddress } from '../../src/database/server-address.ts';

/** What a pooler says that has lost its server, in PostgreSQL's protocol: FATAL 08P01. */
const SERVER_LOST = errorMessage('SFATAL', 'VFATAL', 'C08P01', 'Mserver conn crashed?');

/** A TCP proxy that loses a client's COMMIT. */
export interface CuttingProxy {
  readonly address: ServerAddress;
  close(): Promise<void>;
}

/**
 * @param when `before`: COMMIT never reaches the server; `after`: the server commits and its answer
 * is lost; both cut the connection. `answered`: as `after`, but the client gets an error in its place
 * and an open connection, as from a pooler
 */
export async function cuttingProxy(
  target: ServerAddress,
  when: 'before' | 'after' | 'answered',
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let isCommitting = false;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', cut);
    }
    client.on('data', (bytes) => {
      isCommitting = bytes.includes('commit\0');
      if (isCommitting && when === 'before') cut();
      else upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isCommitting) client.write(bytes);
      else if (when === 'answered') client.write(SERVER_LOST);
      else cut();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: { ...target, host: '127.0.0.1', port },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function errorMessage(...fields: readonly string[]): Buffer {
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
