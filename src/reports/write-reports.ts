import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError, messageOf } from '../errors.ts';
import type { ExperimentRecord } from '../measurements/experiment-record.ts';
import { initHistograms } from '../measurements/histogram.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import { replaceFile } from '../replace-file.ts';
import { renderClassesHtml } from './classes/classes-html.ts';
import { renderClassesJunit } from './classes/classes-junit.ts';
import { renderClassesMarkdown } from './classes/classes-markdown.ts';
import { renderPercentilesCsv, renderSeriesCsv } from './csv.ts';
import { renderExperimentHtml } from './experiment/experiment-html.ts';
import { renderExperimentJunit } from './experiment/experiment-junit.ts';
import { renderExperimentMarkdown } from './experiment/experiment-markdown.ts';
import { renderHtml } from './html.ts';
import { renderIndexesHtml } from './indexes/indexes-html.ts';
import { renderIndexesJunit } from './indexes/indexes-junit.ts';
import { renderIndexesMarkdown } from './indexes/indexes-markdown.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

const REPORTS: Readonly<Record<string, (record: RunRecord) => string>> = {
  'report.html': renderHtml,
  'summary.md': renderMarkdown,
  'junit.xml': renderJunit,
  'series.csv': renderSeriesCsv,
  'percentiles.csv': renderPercentilesCsv,
};

const EXPERIMENT_REPORTS: Readonly<Record<string, (record: ExperimentRecord) => string>> = {
  'report.html': byKind(renderExperimentHtml, renderClassesHtml, renderIndexesHtml),
  'summary.md': byKind(renderExperimentMarkdown, renderClassesMarkdown, renderIndexesMarkdown),
  'junit.xml': byKind(renderExperimentJunit, renderClassesJunit, renderIndexesJunit),
};

type Renderer = (record: ExperimentRecord) => string;

/** What an experiment is about decides how it is told: arms, classes, or indexes. */
function byKind(ofArms: Renderer, ofClasses: Renderer, ofIndexes: Renderer): Renderer {
  return (record) => {
    if (record.choice !== null) return ofClasses(record);
    return record.indexes === null ? ofArms(record) : ofIndexes(record);
  };
}

/** The names of the reports of an experiment, the one to open first at the top. */
export const EXPERIMENT_REPORT_FILES = Object.keys(EXPERIMENT_REPORTS);

/** The names of the reports of a run, the one to open first at the top. */
export const REPORT_FILES = Object.keys(REPORTS);

/**
 * Writes the reports of a run into a directory, which is made where it is missing. Each file appears
 * whole or not at all.
 *
 * @throws CartloadError `OUTPUT_NOT_WRITABLE`, or `BAD_RUN_RECORD` when a histogram of the record
 * cannot be decoded; then no file is touched.
 */
export function writeReports(directory: string, record: RunRecord): Promise<void> {
  return writeAll(directory, REPORTS, record);
}

/** As `writeReports`, for an experiment. */
export function writeExperimentReports(directory: string, record: ExperimentRecord): Promise<void> {
  return writeAll(directory, EXPERIMENT_REPORTS, record);
}

async function writeAll<Record>(
  directory: string,
  reports: Readonly<{ [name: string]: (record: Record) => string }>,
  record: Record,
): Promise<void> {
  await initHistograms();
  const texts = Object.entries(reports).map(([name, render]) => [name, render(record)] as const);
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
