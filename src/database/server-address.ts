import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { CartloadError, messageOf } from '../errors.ts';

/** A server and a database on it, with what is needed to log in. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Absent: PGUSER, else the operating system's user. */
  readonly user: string | undefined;
  /** Absent: PGPASSWORD, else the password file. Never printed. */
  readonly password: string | undefined;
  /** false: no TLS. */
  readonly tls: false | ConnectionOptions;
}

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

const EXAMPLE = 'It should look like postgres://user:password@host:5432/database.';

/**
 * Reads a `postgres://` URL. TLS is `verify-full` unless the host is this machine or the URL says
 * `?sslmode=`; `?sslrootcert=` names a file of certificate authorities (RDS has its own bundle).
 *
 * @throws CartloadError BAD_TARGET, without repeating a password
 */
export function parseServerUrl(text: string): ServerAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CartloadError('BAD_TARGET', `"${redactUrl(text)}" is not a database URL.`, {
      hint: EXAMPLE,
    });
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new CartloadError('BAD_TARGET', `"${redactUrl(text)}" is not a PostgreSQL URL.`, {
      hint: EXAMPLE,
    });
  }
  const host = decode(url.hostname) || url.searchParams.get('host') || process.env['PGHOST'] || '';
  const database = decode(url.pathname.slice(1)) || process.env['PGDATABASE'] || '';
  if (!host || !database) {
    const missing = host ? 'the database' : 'the host';
    throw new CartloadError('BAD_TARGET', `"${redactUrl(text)}" does not name ${missing}.`, {
      hint: EXAMPLE,
    });
  }
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(url.port || process.env['PGPORT'] || 5432),
    database,
    user: decode(url.username) || undefined,
    password: decode(url.password) || undefined,
    tls: tlsOptions(url, host),
  };
}

/** `host:port/database`: how an address is shown. */
export function describeAddress(address: ServerAddress): string {
  return `${address.host}:${address.port}/${address.database}`;
}

/** The same server, another database. */
export function withDatabase(address: ServerAddress, database: string): ServerAddress {
  return { ...address, database };
}

/** A URL's text with its password blotted out, also where it does not parse. */
export function redactUrl(text: string): string {
  return text.replace(/(:\/\/[^:/@]*):.*@/, '$1:***@').replace(/(password=)[^&]*/gi, '$1***');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function tlsOptions(url: URL, host: string): false | ConnectionOptions {
  const given = url.searchParams.get('sslmode');
  if (given !== null && !(SSL_MODES as readonly string[]).includes(given)) {
    throw new CartloadError('BAD_TARGET', `sslmode=${given} is not known.`, {
      hint: `Use one of ${SSL_MODES.join(', ')}.`,
    });
  }
  const mode = (given ?? (isLocal(host) ? 'disable' : 'verify-full')) as SslMode;
  if (mode === 'disable') return false;
  const ca = readAuthorities(url.searchParams.get('sslrootcert'));
  return {
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}

function readAuthorities(file: string | null): Buffer | undefined {
  if (file === null) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CartloadError(
      'BAD_TARGET',
      `The certificate file "${file}" cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
