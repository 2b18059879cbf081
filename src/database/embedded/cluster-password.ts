import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CartloadError } from '../../errors.ts';
import { writeServerFile } from './server-user.ts';

/** The superuser's password, if whoever runs this may read it. */
export async function readPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES') return undefined;
    throw error;
  });
  return text?.trim();
}

/**
 * The superuser's password, made at random for a cluster that does not exist yet. Only its owner
 * can read the file.
 *
 * @throws CartloadError `CLUSTER_FAILED` when the cluster exists but its password is gone.
 */
export async function preparePassword(file: string, clusterExists: boolean): Promise<string> {
  const existing = await readPassword(file);
  if (existing !== undefined && existing !== '') return existing;
  if (clusterExists) {
    throw new CartloadError(
      'CLUSTER_FAILED',
      `the password of the embedded cluster cannot be read from ${file}`,
      { hint: 'Put the file back, or start anew, which drops its databases: npm run db -- reset' },
    );
  }
  // base64url needs no escaping, neither in a URL nor in a password file.
  const password = randomBytes(24).toString('base64url');
  await writeServerFile(file, `${password}\n`, undefined);
  return password;
}
