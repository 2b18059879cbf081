import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { type ConnectOptions, connect, cutConnection, sessionTypes } from '../connect.ts';
import type { ServerAddress } from '../server-address.ts';
import { WireConnection, type WireOptions } from './wire-connection.ts';

/** A connection that `pg` has opened and logged in, and whose bytes we read and write from then on. */
export interface OpenWire {
  readonly wire: WireConnection;
  /** Takes leave, and notices the end; runs no query any more. */
  readonly client: pg.Client;
  /** The server's process. */
  readonly backendPid: number;
}

// As large as libuv's own reads.
const READ_BUFFER_BYTES = 65_536;

/**
 * Opens a connection for the load. `pg` connects, does TLS and logs in; then the socket is taken over,
 * since its queries cost three times the CPU of ours (benchmarks/driver.json). A plain socket reads into one
 * buffer (`onread`), without a stream; TLS reads by its stream.
 *
 * @throws CartloadError as `connect` does
 */
export async function openWire(
  address: ServerAddress,
  options: Omit<ConnectOptions, 'socket'> & Pick<WireOptions, 'prepares' | 'onLost'>,
): Promise<OpenWire> {
  let read: (chunk: Buffer, length: number) => void = () => {};
  const socket =
    address.tls === null
      ? new Socket({
          onread: {
            buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
            callback(length: number, buffer: Uint8Array) {
              read(buffer as Buffer, length);
              return true;
            },
          },
        } as ConstructorParameters<typeof Socket>[0])
      : null;
  // Until it is taken over, `pg` reads it as any stream.
  read = (chunk, length) => socket?.emit('data', Buffer.from(chunk.subarray(0, length)));
  const client = await connect(address, socket === null ? options : { ...options, socket });
  const stream = streamOf(client);
  const wire = new WireConnection({
    transport: {
      write: (bytes) => stream.write(bytes),
      destroy: () => cutConnection(client),
    },
    types: sessionTypes,
    prepares: options.prepares,
    onLost: options.onLost,
  });
  stream.removeAllListeners('data');
  if (socket === null) stream.on('data', (chunk: Buffer) => wire.receive(chunk));
  else read = (chunk, length) => wire.receive(chunk, length);
  client.on('error', (error) => wire.lose(error));
  client.on('end', () => wire.lose(new Error('Connection terminated unexpectedly')));
  return { wire, client, backendPid: (client as pg.Client & { processID: number }).processID };
}

function streamOf(client: pg.Client): Duplex {
  return (client as pg.Client & { readonly connection: { readonly stream: Duplex } }).connection
    .stream;
}
