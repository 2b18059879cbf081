import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { CartloadError, messageOf } from '../errors.ts';
import { AS_OF } from '../schema/calendar.ts';
import { describeAddress, type ServerAddress, type TlsOptions } from './server-address.ts';

const INT8_OID = 20;

/** How values are read: `bigint` as a number, since the shop's ids and cents stay below 2^53. */
export const sessionTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

export interface ConnectOptions {
  /** Shown in pg_stat_activity, behind `cartload `. */
  readonly purpose: string;
  /** 0 or absent: none. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Settings of the session that come with the connection, so that no statement and no log has them. */
  readonly startupSettings?: Readonly<Record<string, string>>;
  /** Until the server has let us in; 10 s where absent. */
  readonly connectTimeoutMs?: number;
  /** For an answer to any query, after which the connection is of no more use; absent: none. */
  readonly queryTimeoutMs?: number;
  /** Aborted: gives up connecting. */
  readonly signal?: AbortSignal;
  /** The socket to connect; one of `pg`'s own where absent. */
  readonly socket?: Socket;
}

const CONNECT_TIMEOUT_MS = 10_000;

// A server that does not take its leave is not waited for.
const END_TIMEOUT_MS = 2000;

/**
 * Opens one connection. The session speaks UTC and ISO dates whatever the server's defaults are.
 *
 * @throws CartloadError TARGET_UNREACHABLE, WRONG_PASSWORD or TARGET_FAILED; no password in any text
 */
export async function connect(address: ServerAddress, options: ConnectOptions): Promise<pg.Client> {
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const client = new pg.Client({
    ...connectionSettings(address, options.purpose),
    connectionTimeoutMillis: connectTimeoutMs,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    ...startupOptions(options.startupSettings ?? {}),
    ...(options.socket === undefined ? {} : { stream: () => options.socket as Duplex }),
    types: sessionTypes,
  });
  // A lost connection is reported by the query that needed it; unheard, the event would end the process.
  client.on('error', () => {});
  const giveUp = () => cutConnection(client);
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    const settings = {
      // Analytics measure from the end of the generated history.
      text: `set timezone = 'UTC'; set datestyle = 'ISO'; set bytea_output = 'hex';
     set shop.today = '${AS_OF.toISOString()}';
     set statement_timeout = ${Math.trunc(options.statementTimeoutMs ?? 0)};
     set lock_timeout = ${Math.trunc(options.lockTimeoutMs ?? 0)}`,
      query_timeout: connectTimeoutMs,
    };
    await client.query(settings);
    return client;
  } catch (cause) {
    cutConnection(client);
    throw connectError(cause, address);
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

/** As the startup packet takes them: a space or backslash in a value is escaped. */
function startupOptions(settings: Readonly<Record<string, string>>): { readonly options?: string } {
  const options = Object.entries(settings).map(
    ([name, value]) => `-c ${name}=${value.replaceAll(/([\\ ])/g, '\\$1')}`,
  );
  return options.length === 0 ? {} : { options: options.join(' ') };
}

/** Ends a connection in order; cuts it when the server does not take its leave within 2 s. */
export async function endConnection(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => cutConnection(client), END_TIMEOUT_MS);
  await client.end().catch(() => {});
  clearTimeout(timer);
}

/** Cuts a connection without a word to the server. */
export function cutConnection(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

/** Opens a connection, hands it to `use`, and closes it however that ends. */
export async function withConnection<T>(
  address: ServerAddress,
  options: ConnectOptions,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(address, options);
  try {
    return await use(client);
  } finally {
    await endConnection(client);
  }
}

/** What pg_stat_activity shows of a connection opened for this purpose. */
export function applicationName(purpose: string): string {
  return `cartload ${purpose}`;
}

/** The address as `pg` and Knex take it. */
export function connectionSettings(address: ServerAddress, purpose: string) {
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    ...(address.user === undefined ? {} : { user: address.user }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ssl: tlsSettings(address.tls),
    application_name: applicationName(purpose),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

function tlsSettings(tls: TlsOptions | null): false | ConnectionOptions {
  if (tls === null) return false;
  return {
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
    rejectUnauthorized: tls.verifiesCertificate,
    ...(tls.verifiesHost ? {} : { checkServerIdentity: () => undefined }),
  };
}

// What OpenSSL and Node call a certificate that is unknown, expired, or of another host.
const CERTIFICATE_REFUSED = /CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;

function connectError(cause: unknown, address: ServerAddress): CartloadError {
  const where = describeAddress(address);
  const code = (cause as { code?: string }).code ?? '';
  if (code === '28P01' || code === '28000') {
    return new CartloadError('WRONG_PASSWORD', `${where} refused the login: ${messageOf(cause)}.`, {
      hint: 'Check user and password (in the URL, PGUSER and PGPASSWORD, or the password file).',
      cause,
    });
  }
  if (/password must be a string|no password/i.test(messageOf(cause))) {
    return new CartloadError('WRONG_PASSWORD', `${where} asks for a password; none was given.`, {
      hint: 'Put it into the URL, PGPASSWORD or the password file.',
      cause,
    });
  }
  if (code === '3D000') {
    return new CartloadError('TARGET_UNREACHABLE', `${where}: ${messageOf(cause)}.`, {
      hint: `Create it first: createdb ${address.database}.`,
      cause,
    });
  }
  if (/does not support SSL/i.test(messageOf(cause))) {
    return new CartloadError('TARGET_UNREACHABLE', `${where} does not offer TLS.`, {
      hint: 'If that is meant, add ?sslmode=disable to the URL.',
      cause,
    });
  }
  if (code === '53300') {
    return new CartloadError('TARGET_UNREACHABLE', `${where}: ${messageOf(cause)}.`, {
      hint: 'Lower load.connections in the scenario, or raise the limit (max_connections, or that of the role or the database).',
      cause,
    });
  }
  if (CERTIFICATE_REFUSED.test(code)) {
    return new CartloadError(
      'TARGET_UNREACHABLE',
      `The certificate of ${where} was not accepted: ${messageOf(cause)}.`,
      {
        hint: 'Name the file of its authority with ?sslrootcert=FILE in the URL, or encrypt without checking it: ?sslmode=require.',
        cause,
      },
    );
  }
  const reason = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause);
  return new CartloadError('TARGET_UNREACHABLE', `${where} cannot be reached: ${reason}.`, {
    hint: 'Check host, port and firewall, and that the server runs.',
    cause,
  });
}
