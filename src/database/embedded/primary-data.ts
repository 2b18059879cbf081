import { randomBytes } from 'node:crypto';
import { chmod, lchown, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import type { ServerBinaries } from './binaries.ts';
import { removeTree } from './cluster-layout.ts';
import { SUPERUSER } from './node-client.ts';
import { CONFIGURATION_FILE } from './node-configuration.ts';
import { runAsServerUser, type ServerUser, writeServerFile } from './server-user.ts';

const POSTGRESQL_CONF = `# All settings are in ${CONFIGURATION_FILE}, which Cartload writes at each start.
# What \`alter system\` sets goes before it.
include_if_exists = '${CONFIGURATION_FILE}'
`;

const PG_HBA_CONF = `# type  database     user  address       method
host    all          all   127.0.0.1/32  scram-sha-256
host    replication  all   127.0.0.1/32  scram-sha-256
`;

/**
 * Makes the primary's data directory with initdb: under a temporary name, renamed when whole, so
 * that a killed command leaves none or a complete one.
 */
export async function createPrimaryData(
  directory: string,
  binaries: ServerBinaries,
  password: string,
  user: ServerUser | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const suffix = `.new-${randomBytes(6).toString('hex')}`;
  const unfinished = directory + suffix;
  const passwordFile = `${directory}-password${suffix}`;
  await mkdir(unfinished);
  try {
    await chmod(unfinished, 0o700);
    if (user !== undefined) await lchown(unfinished, user.uid, user.gid);
    await writeServerFile(passwordFile, `${password}\n`, user);
    const result = await runAsServerUser(
      user,
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...localeOptions(binaries.majorVersion),
        '--no-instructions',
      ],
      signal,
    );
    if (result.exitCode !== 0) {
      const output = (result.stderr.trim() || result.stdout.trim()).split('\n');
      throw new CartloadError('CLUSTER_FAILED', 'initdb could not make the embedded cluster', {
        hint: `It said:\n${output.slice(-8).join('\n')}`,
      });
    }
    await writeServerFile(join(unfinished, 'postgresql.conf'), POSTGRESQL_CONF, user);
    await writeServerFile(join(unfinished, 'pg_hba.conf'), PG_HBA_CONF, user);
    await rename(unfinished, directory);
  } catch (error) {
    await removeTree(unfinished);
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Refuses data made by another major version than the binaries'.
 *
 * @throws CartloadError `CLUSTER_FAILED`
 */
export async function checkDataVersion(directory: string, binaries: ServerBinaries): Promise<void> {
  const version = (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim();
  if (Number(version) === binaries.majorVersion) return;
  throw new CartloadError(
    'CLUSTER_FAILED',
    `the embedded cluster in ${directory} was made by PostgreSQL ${version}, but the server programs are ${binaries.version}`,
    { hint: 'Start anew, which drops its databases: npm run db -- reset' },
  );
}

/**
 * UTF-8 text with full Unicode case mapping and byte order, the same on every machine. Plain C
 * breaks lower('É') and the folding of tsvector; ICU doubles the time of a text index build.
 */
function localeOptions(majorVersion: number): string[] {
  return majorVersion >= 17
    ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    : // The nearest that older servers have, from the system's C library.
      ['--locale=C.UTF-8'];
}
