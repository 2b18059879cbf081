import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError, messageOf } from '../errors.ts';
import { initHistograms } from '../measurements/histogram.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import { replaceFile } from '../replace-file.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** The paths of the reports that were written. */
export interface WrittenReports {
  readonly html: string;
  readonly markdown: string;
}

/**
 * Writes `report.html` and `summary.md` into a directory, which is made where it is missing. Each
 * file appears whole or not at all.
 *
 * @throws CartloadError `OUTPUT_NOT_WRITABLE`, or `BAD_RUN_RECORD` when a histogram of the record
 * cannot be decoded.
 */
export async function writeReports(directory: string, record: RunRecord): Promise<WrittenReports> {
  await initHistograms();
  const paths = { html: join(directory, 'report.html'), markdown: join(directory, 'summary.md') };
  const texts = { html: renderHtml(record), markdown: renderMarkdown(record) };
  try {
    await mkdir(directory, { recursive: true });
    await replaceFile(paths.html, texts.html);
    await replaceFile(paths.markdown, texts.markdown);
  } catch (cause) {
    throw new CartloadError(
      'OUTPUT_NOT_WRITABLE',
      `The reports cannot be written to ${directory}: ${messageOf(cause)}.`,
      { hint: 'Choose a directory that you may write to.', cause },
    );
  }
  return paths;
}
