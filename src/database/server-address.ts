import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
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
  /** null: no TLS. */
  readonly tls: TlsOptions | null;
}

/** Plain data, so that an address can be handed to another thread. */
export interface TlsOptions {
  /** As in the URL. */
  readonly mode: SslMode;
  /** As in the URL: the file that `authorities` were read from. */
  readonly authoritiesFile?: string;
  /** Whether the certificate must come from a known authority. */
  readonly verifiesCertificate: boolean;
  /** Whether the certificate must name the host. */
  readonly verifiesHost: boolean;
  /** Authorities in PEM; absent: those that Node knows. */
  readonly authorities?: string;
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
    throw new CartloadError('BAD_TARGET', `"${redactSecrets(text)}" is not a database URL.`, {
      hint: EXAMPLE,
    });
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new CartloadError('BAD_TARGET', `"${redactSecrets(text)}" is not a PostgreSQL URL.`, {
      hint: EXAMPLE,
    });
  }
  // As in libpq, the parameter wins: a socket's folder cannot stand in the host's place.
  const host = url.searchParams.get('host') || decode(url.hostname) || process.env['PGHOST'] || '';
  const database = decode(url.pathname.slice(1)) || process.env['PGDATABASE'] || '';
  if (!host || !database) {
    const missing = host ? 'the database' : 'the host';
    throw new CartloadError('BAD_TARGET', `"${redactSecrets(text)}" does not name ${missing}.`, {
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

/** The address as a URL, password included: for who asks for it, never for a log. */
export function toUrl(address: ServerAddress): string {
  const { host, port, user, password, database, tls } = address;
  const login = [user, password].filter((part) => part !== undefined).map(encodeURIComponent);
  const at = login.length === 0 ? '' : `${login.join(':')}@`;
  const parameters = new URLSearchParams();
  if (host.startsWith('/')) parameters.set('host', host);
  if (tls !== null) parameters.set('sslmode', tls.mode);
  if (tls?.authoritiesFile !== undefined) parameters.set('sslrootcert', tls.authoritiesFile);
  const where = host.startsWith('/') ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  const query = parameters.size === 0 ? '' : `?${parameters}`;
  return `postgres://${at}${where}:${port}/${encodeURIComponent(database)}${query}`;
}

/** A text with the passwords of all URLs and connection strings in it blotted out. */
export function redactSecrets(text: string): string {
  return text
    .replace(/(:\/\/[^:/@\s]*):[^\s]*@/g, '$1:***@')
    .replace(/(password=)[^&\s"']*/gi, '$1***');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isLocal(host: string): boolean {
  const isLoopback = isIPv4(host) ? host.startsWith('127.') : host === '::1' || host === '[::1]';
  return isLoopback || host.startsWith('/') || host === 'localhost';
}

function tlsOptions(url: URL, host: string): TlsOptions | null {
  const given = url.searchParams.get('sslmode');
  if (given !== null && !(SSL_MODES as readonly string[]).includes(given)) {
    throw new CartloadError('BAD_TARGET', `sslmode=${given} is not known.`, {
      hint: `Use one of ${SSL_MODES.join(', ')}.`,
    });
  }
  const mode = (given ?? (isLocal(host) ? 'disable' : 'verify-full')) as SslMode;
  if (mode === 'disable') return null;
  const authoritiesFile = url.searchParams.get('sslrootcert');
  const authorities = readAuthorities(authoritiesFile);
  return {
    mode,
    ...(authoritiesFile === null ? {} : { authoritiesFile }),
    verifiesCertificate: mode !== 'require',
    verifiesHost: mode === 'verify-full',
    ...(authorities === undefined ? {} : { authorities }),
  };
}

function readAuthorities(file: string | null): string | undefined {
  if (file === null) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CartloadError(
      'BAD_TARGET',
      `The certificate file "${file}" cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
