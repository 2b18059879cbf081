import type { RunRecord } from '../measurements/run-record.ts';
import { formatBytes, formatMoment, formatNoun, formatShare } from './format.ts';
import { targetPhrase, verdictWord } from './headline.ts';
import { type Html, html } from './html-text.ts';
import { renderPage } from './page.ts';
import { loadPhrase } from './scenario-facts.ts';
import { booksSection } from './sections/books.ts';
import { clientSection } from './sections/client.ts';
import { environmentSection } from './sections/environment.ts';
import { freshnessSection } from './sections/freshness.ts';
import { indexesSection } from './sections/indexes.ts';
import { latencySection } from './sections/latency.ts';
import { methodSection } from './sections/method.ts';
import { outcomesSection } from './sections/outcomes.ts';
import { replicaSection } from './sections/replica.ts';
import { retriesSection } from './sections/retries.ts';
import type { SectionRenderer } from './sections/section.ts';
import { serverSection } from './sections/server.ts';
import { statementsSection } from './sections/statements.ts';
import { thresholdsSection } from './sections/thresholds.ts';
import { tiles } from './sections/tiles.ts';
import { timeLineSection } from './sections/time-line.ts';

/** The page in its order. A section that has nothing to show is left out. */
const SECTIONS: readonly SectionRenderer[] = [
  latencySection,
  timeLineSection,
  outcomesSection,
  retriesSection,
  replicaSection,
  freshnessSection,
  statementsSection,
  indexesSection,
  serverSection,
  clientSection,
  booksSection,
  thresholdsSection,
  environmentSection,
  methodSection,
];

const VERDICT_LOOKS = {
  pass: { icon: '✓', tone: 'good' },
  fail: { icon: '✗', tone: 'bad' },
  invalid: { icon: '⚠', tone: 'bad' },
  interrupted: { icon: '■', tone: 'warning' },
} as const;

const TAINT_LOOKS = {
  invalid: { icon: '✗', tone: 'bad' },
  suspect: { icon: '⚠', tone: 'warning' },
  note: { icon: '○', tone: 'quiet' },
} as const;

/**
 * The report of a run as one HTML file that needs no script and asks for nothing anywhere.
 * `initHistograms()` must have been awaited before.
 *
 * @throws CartloadError `BAD_RUN_RECORD` when a histogram of the record cannot be decoded.
 */
export function renderHtml(record: RunRecord): string {
  const sections = SECTIONS.flatMap((render) => render(record) ?? []);
  return renderPage({
    title: `${record.scenario.name}: ${verdictWord(record)}, ${formatMoment(record.startedAt)}`,
    body: html`${pageHead(record)}
<main>
${tiles(record)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map((each) => each.content)}
</main>
<footer>Cartload ${record.cartloadVersion}, run ${record.id}, ${formatMoment(record.startedAt)}.</footer>`,
  });
}

function pageHead(record: RunRecord): Html {
  const { icon, tone } = VERDICT_LOOKS[record.verdict.status];
  const cut =
    record.interrupted && record.verdict.status !== 'interrupted'
      ? html`<p class="warning">■ Interrupted: what was measured until then is shown.</p>`
      : null;
  const facts: readonly (readonly [string, string])[] = [
    ['Scenario', record.scenario.name],
    ['Load', loadPhrase(record)],
    ['Target', targetPhrase(record)],
    [
      'Dataset',
      `${record.dataset.identity}: ${formatNoun(record.dataset.orders, 'order')}, ${formatBytes(record.dataset.bytes)}`,
    ],
    ...memoryFact(record),
    ['Date', formatMoment(record.startedAt)],
  ];
  return html`<header>
<p class="verdict ${tone}">${icon} ${verdictWord(record)}</p>
<h1>${record.verdict.sentence}</h1>
${cut}
<dl class="strip">${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
${taintList(record)}
</header>`;
}

/** Whether the data fitted into memory, as far as it can be told. */
function memoryFact({ target, server }: RunRecord): readonly (readonly [string, string])[] {
  const [primary] = target.nodes;
  const buffers = primary?.settings['shared_buffers'];
  const each = server?.perAction ?? null;
  const parts = [
    ...(buffers === undefined ? [] : [`shared_buffers ${buffers}`]),
    ...(each === null
      ? []
      : [
          `${formatShare(each.blocksHit, each.blocksHit + each.blocksRead)} of the buffers hit on the primary`,
        ]),
  ];
  return parts.length === 0 ? [] : [['Memory', parts.join(', ')]];
}

function taintList(record: RunRecord): Html {
  if (record.taints.length === 0) {
    return html`<ul class="taints"><li>✓ No taint: none of the rules that tell a spoiled run was broken.</li></ul>`;
  }
  return html`<ul class="taints" aria-label="Taints">${record.taints.map(
    ({ level, rule, text }) => {
      const { icon, tone } = TAINT_LOOKS[level];
      return html`<li><span class="${tone}">${icon} <strong>${level}</strong></span> ${text} <span class="rule">(${rule})</span></li>\n`;
    },
  )}</ul>`;
}
