import type { RunRecord } from '../../measurements/run-record.ts';
import { type Html, type HtmlValue, html } from '../html-text.ts';

/** A part of the page. */
export interface Section {
  /** The anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** Makes a part of the page, or null where the record has nothing to show there. */
export type SectionRenderer = (record: RunRecord) => Section | null;

/** A section: first one plain sentence about this run, then the data, then how it was made. */
export function section(options: {
  readonly id: string;
  readonly title: string;
  readonly opening: string;
  readonly body: HtmlValue;
  readonly method: string;
}): Section {
  const { id, title, opening, body, method } = options;
  return {
    id,
    title,
    content: html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="opening">${opening}</p>
${body}
<p class="method">${method}</p>
</section>
`,
  };
}
