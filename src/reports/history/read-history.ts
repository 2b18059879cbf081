import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import {
  EXPERIMENT_RECORD_FILE,
  readExperimentRecord,
} from '../../measurements/experiment-record-file.ts';
import { RUN_RECORD_FILE, readRunRecord } from '../../measurements/run-record-file.ts';
import { type ExperimentSummary, experimentSummaryOf } from './experiment-summary.ts';
import { type RunSummary, summaryOf } from './run-summary.ts';

/** The runs and the experiments in a folder. */
export interface RunHistory {
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  /** The newest first. */
  readonly experiments: readonly ExperimentSummary[];
  /** Folders whose record cannot be read, and why. */
  readonly unreadable: readonly { readonly folder: string; readonly reason: string }[];
}

/** Reads every run and experiment of a folder, one record at a time; a folder without a record is neither. */
export async function readHistory(runsDirectory: string): Promise<RunHistory> {
  const runs: RunSummary[] = [];
  const experiments: ExperimentSummary[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  for (const folder of existsSync(runsDirectory) ? await readdir(runsDirectory) : []) {
    const run = join(runsDirectory, folder, RUN_RECORD_FILE);
    const experiment = join(runsDirectory, folder, EXPERIMENT_RECORD_FILE);
    try {
      if (existsSync(run)) runs.push(summaryOf(folder, await readRunRecord(run)));
      if (existsSync(experiment)) {
        experiments.push(experimentSummaryOf(folder, await readExperimentRecord(experiment)));
      }
    } catch (error) {
      if (!(error instanceof CartloadError)) throw error;
      unreadable.push({ folder, reason: error.message });
    }
  }
  return { runs: runs.sort(newestFirst), experiments: experiments.sort(newestFirst), unreadable };
}

type Dated = Pick<RunSummary, 'startedAt' | 'folder'>;

function newestFirst(a: Dated, b: Dated): number {
  return b.startedAt.localeCompare(a.startedAt) || b.folder.localeCompare(a.folder);
}
