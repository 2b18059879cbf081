import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** A free TCP port of 127.0.0.1: `preferred` if that one is, else one that the system picks. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const port = await bind(preferred).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return undefined;
      throw error;
    });
    if (port !== undefined) return port;
  }
  return bind(0);
}

/** Binds the port for a moment and resolves to its number. */
function bind(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error(`no port was bound: ${String(address)}`));
      });
    });
  });
}
