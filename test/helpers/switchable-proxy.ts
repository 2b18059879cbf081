import { connect, createServer, type Socket } from 'node:net';
import type { ServerAddress } from '../../src/database/server-address.ts';

/** A TCP proxy that can behave like a server in trouble. */
export interface SwitchableProxy {
  readonly address: ServerAddress;
  /** Connections stay and come, and nothing is answered any more. */
  hang(): void;
  /** For so long nothing gets through; then all of it does. */
  stall(durationMs: number): void;
  /** All connections are cut and new ones refused. */
  refuse(): void;
  /** New connections are served again. */
  serve(): void;
  close(): Promise<void>;
}

export async function switchableProxy(target: ServerAddress): Promise<SwitchableProxy> {
  const sockets = new Set<Socket>();
  let mode: 'serve' | 'hang' | 'refuse' | 'stall' = 'serve';
  let held: (() => void)[] = [];
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    const pairs = [
      [client, upstream],
      [upstream, client],
    ] as const;
    for (const [from, to] of pairs) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => {
        if (mode === 'serve') to.write(bytes);
        if (mode === 'stall') held.push(() => to.write(bytes));
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: { ...target, host: '127.0.0.1', port },
    hang() {
      mode = 'hang';
    },
    stall(durationMs) {
      mode = 'stall';
      setTimeout(() => {
        mode = 'serve';
        for (const pass of held) pass();
        held = [];
      }, durationMs);
    },
    refuse() {
      mode = 'refuse';
      cutAll();
    },
    serve() {
      mode = 'serve';
    },
    close() {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
