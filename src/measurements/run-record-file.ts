import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { CartloadError, messageOf } from '../errors.ts';
import { replaceFile } from '../replace-file.ts';
import { RUN_RECORD_VERSION, type RunRecord, runRecordSchema } from './run-record.ts';

/** The name of the run record in the directory of its run. */
export const RUN_RECORD_FILE = 'run.json';

const SHOWN_PROBLEMS = 5;

/**
 * Writes `run.json` into a directory, which is made where it is missing: whole or not at all, a
 * reader never sees half of it. Gives back the path of the file.
 *
 * @throws CartloadError `OUTPUT_NOT_WRITABLE` when the file system refuses.
 */
export async function writeRunRecord(dir: string, record: RunRecord): Promise<string> {
  const checked = runRecordSchema.safeParse(record);
  if (!checked.success) {
    throw new Error(`The run record is not valid: ${problemsText(checked.error)}`);
  }
  const path = join(dir, RUN_RECORD_FILE);
  try {
    await mkdir(dir, { recursive: true });
    await replaceFile(path, `${JSON.stringify(checked.data, null, 1)}\n`);
  } catch (cause) {
    throw new CartloadError(
      'OUTPUT_NOT_WRITABLE',
      `The run record ${path} cannot be written: ${messageOf(cause)}.`,
      { hint: 'Choose a directory that this user may write to, with --out.', cause },
    );
  }
  return path;
}

/**
 * Reads a run record from its file, or from the directory of its run.
 *
 * @throws CartloadError `BAD_RUN_RECORD` when it is not there, not readable or not a run record.
 */
export async function readRunRecord(path: string): Promise<RunRecord> {
  const file = await fileAt(path);
  const data = await readJson(file);
  const version = versionOf(data);
  if (version === undefined) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is not a run record: it has no schemaVersion.`,
      {
        hint: `Give the ${RUN_RECORD_FILE} of a run, or its directory.`,
      },
    );
  }
  if (version !== RUN_RECORD_VERSION) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is a run record of version ${JSON.stringify(version)}; this cartload reads version ${RUN_RECORD_VERSION}.`,
      { hint: 'Read it with the cartload that wrote it, or run the scenario again.' },
    );
  }
  const checked = runRecordSchema.safeParse(data);
  if (!checked.success) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is not a valid run record: ${problemsText(checked.error)}`,
      { hint: 'The file was changed or cut off; use the record as cartload wrote it.' },
    );
  }
  return checked.data;
}

async function fileAt(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? join(path, RUN_RECORD_FILE) : path;
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw notReadable(file, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CartloadError('BAD_RUN_RECORD', `${file} is not JSON: ${messageOf(cause)}.`, {
      hint: `Give the ${RUN_RECORD_FILE} of a run, or its directory.`,
      cause,
    });
  }
}

function notReadable(path: string, cause: unknown): CartloadError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const what = isMissing ? 'there is no such file' : messageOf(cause);
  return new CartloadError('BAD_RUN_RECORD', `The run record ${path} cannot be read: ${what}.`, {
    hint: `Give the ${RUN_RECORD_FILE} of a run, or its directory.`,
    cause,
  });
}

function versionOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'schemaVersion' in data
    ? data.schemaVersion
    : undefined;
}

/** `thresholds.0.passed: expected boolean; ... and 3 more`. */
function problemsText(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, SHOWN_PROBLEMS)
    .map(({ path, message }) => `${path.length === 0 ? 'record' : path.join('.')}: ${message}`);
  const more = error.issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}
