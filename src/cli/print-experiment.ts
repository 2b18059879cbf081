import { join } from 'node:path';
import type { ExperimentRecord } from '../measurements/experiment-record.ts';
import { renderExperimentText } from '../reports/experiment/experiment-text.ts';
import { EXPERIMENT_REPORT_FILES } from '../reports/write-reports.ts';
import type { CommandContext } from './context.ts';
import { shownPath } from './shown-path.ts';

/** Prints the outcome of an experiment, and where its report is. */
export function printExperiment(
  { terminal, json, userDirectory }: CommandContext,
  record: ExperimentRecord,
  directory: string,
): void {
  const [page = ''] = EXPERIMENT_REPORT_FILES;
  terminal.print(
    json
      ? JSON.stringify(record, null, 2)
      : `${renderExperimentText(record, terminal)}\n\nopen ${shownPath(join(directory, page), userDirectory)}`,
  );
}
