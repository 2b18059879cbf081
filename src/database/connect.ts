import pg from 'pg';
import { CartloadError, messageOf } from '../errors.ts';
import { describeAddress, type ServerAddress } from './server-address.ts';

const INT8_OID = 20;

/** `bigint` is read as a number: the shop's ids and cents stay below 2^53. */
const numericInt8 = {
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
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens one connection. The session speaks UTC and ISO dates whatever the server's defaults are.
 *
 * @throws CartloadError TARGET_UNREACHABLE, WRONG_PASSWORD or TARGET_FAILED; no password in any text
 */
export async function connect(address: ServerAddress, options: ConnectOptions): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionSettings(address, options.purpose),
    types: numericInt8,
  });
  try {
    await client.connect();
  } catch (cause) {
    throw connectError(cause, address);
  }
  // A lost connection is reported by the query that needed it; unheard, the event would end the process.
  client.on('error', () => {});
  await client.query(
    `set timezone = 'UTC'; set datestyle = 'ISO'; set bytea_output = 'hex';
     set statement_timeout = ${Math.trunc(options.statementTimeoutMs ?? 0)};
     set lock_timeout = ${Math.trunc(options.lockTimeoutMs ?? 0)}`,
  );
  return client;
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
    await client.end().catch(() => {});
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
    ssl: address.tls,
    application_name: applicationName(purpose),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

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
  const reason = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause);
  return new CartloadError('TARGET_UNREACHABLE', `${where} cannot be reached: ${reason}.`, {
    hint: 'Check host, port and firewall, and that the server runs.',
    cause,
  });
}
