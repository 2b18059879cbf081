import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { CartloadError, messageOf } from '../errors.ts';
import { replaceFile } from '../replace-file.ts';

/** A kind of record: what it is called, where it lies, and how it is told to be whole. */
export interface RecordKind<Schema extends z.ZodType> {
  /** As in "is not a run record". */
  readonly noun: string;
  /** The name of the file in the directory of the run or experiment. */
  readonly file: string;
  readonly version: number;
  readonly schema: Schema;
}

const SHOWN_PROBLEMS = 5;

/**
 * Writes a record into a directory, which is made where it is missing: whole or not at all, a
 * reader never sees half of it. Gives back the path of the file.
 *
 * @throws CartloadError `OUTPUT_NOT_WRITABLE` when the file system refuses.
 */
export async function writeRecord<Schema extends z.ZodType>(
  { noun, file, schema }: RecordKind<Schema>,
  dir: string,
  record: z.infer<Schema>,
): Promise<string> {
  const checked = schema.safeParse(record);
  if (!checked.success) {
    throw new Error(`The ${noun} is not valid: ${problemsText(checked.error)}`);
  }
  const path = join(dir, file);
  try {
    await mkdir(dir, { recursive: true });
    await replaceFile(path, `${JSON.stringify(checked.data, null, 1)}\n`);
  } catch (cause) {
    throw new CartloadError(
      'OUTPUT_NOT_WRITABLE',
      `The ${noun} ${path} cannot be written: ${messageOf(cause)}.`,
      { hint: 'Choose a directory that this user may write to, with --out.', cause },
    );
  }
  return path;
}

/**
 * Reads a record from its file, or from the directory that it lies in.
 *
 * @throws CartloadError `BAD_RUN_RECORD` when it is not there, not readable or not such a record.
 */
export async function readRecord<Schema extends z.ZodType>(
  kind: RecordKind<Schema>,
  path: string,
): Promise<z.infer<Schema>> {
  const { noun } = kind;
  const file = await fileAt(kind, path);
  const data = await readJson(kind, file);
  const version = versionOf(data);
  if (version === undefined) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is not ${article(noun)}: it has no schemaVersion.`,
      {
        hint: whereHint(kind),
      },
    );
  }
  if (version !== kind.version) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is ${article(noun)} of version ${JSON.stringify(version)}; this cartload reads version ${kind.version}.`,
      { hint: 'Read it with the cartload that wrote it, or run the scenario again.' },
    );
  }
  const checked = kind.schema.safeParse(data);
  if (!checked.success) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `${file} is not a valid ${noun}: ${problemsText(checked.error)}`,
      { hint: 'The file was changed or cut off; use the record as cartload wrote it.' },
    );
  }
  return checked.data;
}

async function fileAt(kind: AnyKind, path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? join(path, kind.file) : path;
  } catch (cause) {
    throw notReadable(kind, path, cause);
  }
}

async function readJson(kind: AnyKind, file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw notReadable(kind, file, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CartloadError('BAD_RUN_RECORD', `${file} is not JSON: ${messageOf(cause)}.`, {
      hint: whereHint(kind),
      cause,
    });
  }
}

function notReadable(kind: AnyKind, path: string, cause: unknown): CartloadError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const what = isMissing ? 'there is no such file' : messageOf(cause);
  return new CartloadError('BAD_RUN_RECORD', `The ${kind.noun} ${path} cannot be read: ${what}.`, {
    hint: whereHint(kind),
    cause,
  });
}

type AnyKind = Pick<RecordKind<z.ZodType>, 'noun' | 'file'>;

function whereHint({ noun, file }: AnyKind): string {
  return `Give the ${file} of ${article(noun.replace(' record', ''))}, or its directory.`;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
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
