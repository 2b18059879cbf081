import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { RUN_RECORD_FILE, readRunRecord } from '../../measurements/run-record-file.ts';
import { type RunSummary, summaryOf } from './run-summary.ts';

/** The runs in a folder. */
export interface RunHistory {
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  /** Folders whose record cannot be read, and why. */
  readonly unreadable: readonly { readonly folder: string; readonly reason: string }[];
}

/** Reads every run of a folder, one record at a time; a folder without a record is no run. */
export async function readHistory(runsDirectory: string): Promise<RunHistory> {
  const runs: RunSummary[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  for (const folder of existsSync(runsDirectory) ? await readdir(runsDirectory) : []) {
    const file = join(runsDirectory, folder, RUN_RECORD_FILE);
    if (!existsSync(file)) continue;
    try {
      runs.push(summaryOf(folder, await readRunRecord(file)));
    } catch (error) {
      if (!(error instanceof CartloadError)) throw error;
      unreadable.push({ folder, reason: error.message });
    }
  }
  runs.sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.folder.localeCompare(a.folder));
  return { runs, unreadable };
}
