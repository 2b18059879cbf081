import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError, messageOf } from '../errors.ts';
import { initHistograms } from '../measurements/histogram.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import { replaceFile } from '../replace-file.ts';
import { renderPercentilesCsv, renderSeriesCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

const REPORTS: Readonly<Record<string, (record: RunRecord) => string>> = {
  'report.html': renderHtml,
  'summary.md': renderMarkdown,
  'junit.xml': renderJunit,
  'series.csv': renderSeriesCsv,
  'percentiles.csv': renderPercentilesCsv,
};

/** The names of the reports of a run, the one to open first at the top. */
export const REPORT_FILES = Object.keys(REPORTS);

/**
 * Writes the reports of a run into a directory, which is made where it is missing. Each file appears
 * whole or not at all.
 *
 * @throws CartloadError `OUTPUT_NOT_WRITABLE`, or `BAD_RUN_RECORD` when a histogram of the record
 * cannot be decoded; then no file is touched.
 */
export async function writeReports(directory: string, record: RunRecord): Promise<void> {
  await initHistograms();
  const texts = Object.entries(REPORTS).map(([name, render]) => [name, render(record)] as const);
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of texts) await replaceFile(join(directory, name), text);
  } catch (cause) {
    throw new CartloadError(
      'OUTPUT_NOT_WRITABLE',
      `The reports cannot be written to ${directory}: ${messageOf(cause)}.`,
      { hint: 'Choose a directory that you may write to.', cause },
    );
  }
}
