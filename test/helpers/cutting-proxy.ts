import { connect, createServer, type Socket } from 'node:net';
import type { ServerAddress } from '../../src/database/server-address.ts';

/** A TCP proxy that cuts the connection at a client's COMMIT. */
export interface CuttingProxy {
  readonly address: ServerAddress;
  close(): Promise<void>;
}

/**
 * @param when `before`: COMMIT never reaches the server; `after`: the server commits and its answer
 * is lost
 */
export async function cuttingProxy(
  target: ServerAddress,
  when: 'before' | 'after',
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
      if (isCommitting) cut();
      else client.write(bytes);
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
