import { join } from 'node:path';
import type { ExperimentRecord } from '../measurements/experiment-record.ts';
import {
  EXPERIMENT_RECORD_FILE,
  writeExperimentRecord,
} from '../measurements/experiment-record-file.ts';
import { renderClassesText } from '../reports/classes/classes-text.ts';
import { renderExperimentText } from '../reports/experiment/experiment-text.ts';
import { renderIndexesText } from '../reports/indexes/indexes-text.ts';
import { EXPERIMENT_REPORT_FILES, writeExperimentReports } from '../reports/write-reports.ts';
import type { CommandContext } from './context.ts';
import { shownPath } from './shown-path.ts';

/** What an experiment leaves in its folder, the one to open first. */
export const EXPERIMENT_FILES = [...EXPERIMENT_REPORT_FILES, EXPERIMENT_RECORD_FILE];

const EXIT_NOT_COMPARABLE = 4;

const EXIT_CODES = {
  pass: 0,
  improvement: 0,
  regression: 1,
  undecided: 3,
  invalid: 4,
  incomparable: 4,
} as const;

/** The exit code of a question that has an answer: the verdict is it. */
export function verdictExitCode({ verdict }: ExperimentRecord): number {
  return EXIT_CODES[verdict.status];
}

/** Prints the outcome of an experiment, and where its report is. */
export function printExperiment(
  { terminal, json, userDirectory }: CommandContext,
  record: ExperimentRecord,
  directory: string,
): void {
  const [page = ''] = EXPERIMENT_REPORT_FILES;
  const render =
    record.choice !== null
      ? renderClassesText
      : record.indexes !== null
        ? renderIndexesText
        : renderExperimentText;
  terminal.print(
    json
      ? JSON.stringify(record, null, 2)
      : `${render(record, terminal)}\n\nopen ${shownPath(join(directory, page), userDirectory)}`,
  );
}

/**
 * Prints an experiment, and then writes its record and reports: a full disk must not cost the result.
 *
 * @returns the exit code of a comparison: whatever came of it, it could be made or not
 */
export async function finishExperiment(
  context: CommandContext,
  record: ExperimentRecord,
  directory: string,
): Promise<number> {
  printExperiment(context, record, directory);
  await writeExperimentRecord(directory, record);
  await writeExperimentReports(directory, record);
  const { status } = record.verdict;
  return status === 'invalid' || status === 'incomparable' ? EXIT_NOT_COMPARABLE : 0;
}
