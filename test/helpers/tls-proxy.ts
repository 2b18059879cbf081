import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ServerAddress } from '../../src/database/server-address.ts';

// Made for this test alone, of a host that is always this machine.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDmiyqtFI0Lx/BMyZ
fCcupKkSUWqzWQAJRqiE4+xylCqhRANCAASfllTbc9BHxL/LAEwc81YgkuLy3jUZ
7qYwb3yZHf9XbQ0jWYsf9fd+SDv5bN8rZ9+zND3L/ocfKo3r5F+vMt5j
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUXZtRaFKBT/R2P8qBcGvr28ZfRt4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjEwMjczMloYDzIxMjYxMTAy
MTAyNzMyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASfllTbc9BHxL/LAEwc81YgkuLy3jUZ7qYwb3yZHf9XbQ0jWYsf9fd+
SDv5bN8rZ9+zND3L/ocfKo3r5F+vMt5jo28wbTAdBgNVHQ4EFgQUDi2ImRnIkanC
7IeZ2BUoYsdCvLIwHwYDVR0jBBgwFoAUDi2ImRnIkanC7IeZ2BUoYsdCvLIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAKj7VqnZPzFMxtqWaA/Jv7rjMFEIXGPjJdgBirzO9hW6AiEA
/OK0moGkHz058E4E6QOm6u7hMGA0tj038TuHzWs65Ic=
-----END CERTIFICATE-----`;

/** An address that speaks TLS, as a server with a certificate does, in front of one that does not. */
export async function tlsProxy(
  target: ServerAddress,
): Promise<{ readonly address: ServerAddress; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    // SSLRequest; the answer is one letter, and then the handshake begins.
    socket.once('data', () => {
      socket.write('S');
      const encrypted = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
      const upstream = connect(target.port, target.host);
      for (const [from, to] of [
        [encrypted, upstream],
        [upstream, encrypted],
      ] as const) {
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: {
      ...target,
      host: 'localhost',
      port,
      tls: {
        mode: 'verify-full',
        verifiesCertificate: true,
        verifiesHost: true,
        authorities: CERTIFICATE,
      },
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
