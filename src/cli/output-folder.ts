import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CartloadError } from '../errors.ts';
import type { CommandContext } from './context.ts';

/** `2026-11-21T02-08-09Z-checkout`: sorts by time, and is a file name everywhere. */
export function runId(name: string): string {
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${name.replaceAll(/[^A-Za-z0-9_-]+/g, '-')}`;
}

/**
 * The folder that a command's results go to. Tried before anything runs: a report that cannot be written must not cost a run.
 *
 * @param files that the folder must not hold yet
 */
export function chooseDirectory(
  context: CommandContext,
  out: string | undefined,
  id: string,
  files: readonly string[],
): string {
  const directory =
    out === undefined ? join(context.runsDirectory, id) : resolve(context.userDirectory, out);
  const refuse = (reason: string, hint: string) =>
    new CartloadError('OUTPUT_NOT_WRITABLE', `The folder ${directory} ${reason}.`, { hint });
  const taken = files.find((name) => existsSync(join(directory, name)));
  if (taken !== undefined) {
    throw refuse(`holds ${taken} already`, 'Give another one with --out DIR, or none at all.');
  }
  let nearest = directory;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    if (statSync(nearest).isDirectory()) return directory;
  } catch {
    // As below.
  }
  throw refuse(`cannot be written: ${nearest} is in the way`, 'Give another one with --out DIR.');
}
