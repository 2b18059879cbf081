import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { formatMoment } from '../format.ts';
import { html } from '../html-text.ts';
import { renderPage } from '../page.ts';
import type { Section } from '../sections/section.ts';

/** How a verdict looks at the top of a page. */
export interface VerdictLook {
  readonly icon: string;
  readonly tone: string;
  readonly word: string;
}

/** The page of an experiment: the verdict in one sentence, what it was about, and the sections. */
export function renderExperimentPage(options: {
  readonly record: ExperimentRecord;
  readonly title: string;
  readonly style?: string;
  readonly look: VerdictLook;
  readonly notes: readonly string[];
  /** Short facts by their labels; the date comes last. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
}): string {
  const { record, title, style, look, notes, facts, sections } = options;
  const date = formatMoment(record.startedAt);
  return renderPage({
    title,
    ...(style === undefined ? {} : { style }),
    body: html`<header>
<p class="verdict ${look.tone}">${look.icon} ${look.word}</p>
<h1>${record.verdict.sentence}</h1>
${notes.length === 0 ? null : html`<ul class="taints">${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`}
<dl class="strip">${[...facts, ['Date', date] as const].map(
      ([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`,
    )}</dl>
</header>
<main>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${sections.map(({ content }) => content)}
</main>
<footer>Cartload ${record.cartloadVersion}, ${record.kind} ${record.id}, ${date}.</footer>`,
  });
}
