import { formatMoment, formatNoun } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { renderPage } from '../page.ts';
import { plotFigure } from '../plots/drawing.ts';
import type { ExperimentSummary } from './experiment-summary.ts';
import {
  experimentVerdictText,
  goodputText,
  p99Text,
  taintsText,
  targetRateText,
  verdictText,
} from './history-text.ts';
import type { RunHistory } from './read-history.ts';
import { type RunSummary, type Trend, trendsOf } from './run-summary.ts';
import { reportOf, trendPlot } from './trend-plot.ts';

const HISTORY_STYLE = `
.filters { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 0 0 16px; align-items: end; }
.filters[hidden] { display: none; }
.filters label { font-size: 0.8125rem; color: var(--quiet); display: grid; gap: 2px; }
.filters select, .filters input { font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--ground); border: 1px solid var(--quiet); border-radius: 3px; padding: 4px 6px; min-width: 11em; }
.filters output { font-size: 0.875rem; }
.sound { fill: var(--c0); } .suspect { fill: var(--ground); stroke: var(--warning); stroke-width: 1.8; }
.failed { fill: none; stroke: var(--bad); stroke-width: 2; } .reach { fill: transparent; }
td.verdict { white-space: nowrap; font-weight: 400; }
@media print { .filters { display: none; } }
`;

/** Hides the rows that do not fit the filters. Without it, all of them are shown. */
const FILTER_SCRIPT = `
const form = document.querySelector('.filters');
const rows = [...document.querySelectorAll('.runs tbody tr')];
const apply = () => {
  const { scenario, verdict, text } = form.elements;
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const fits = (scenario.value === '' || row.dataset.scenario === scenario.value)
      && (verdict.value === '' || row.dataset.verdict === verdict.value)
      && words.every((word) => row.textContent.toLowerCase().includes(word));
    row.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const trend of document.querySelectorAll('[data-trend]')) {
    trend.hidden = scenario.value !== '' && trend.dataset.trend !== scenario.value;
  }
  form.querySelector('output').textContent = shown + ' of ' + rows.length + ' runs shown';
};
form.hidden = false;
form.addEventListener('input', apply);
form.addEventListener('submit', (event) => event.preventDefault());
apply();
`;

const VERDICT_TONES = {
  pass: 'good',
  fail: 'bad',
  invalid: 'bad',
  interrupted: 'warning',
} as const;

/** The list of all runs and their trends as one HTML file, to lie in the folder of the runs. */
export function renderHistoryHtml({ runs, experiments, unreadable }: RunHistory): string {
  const trends = trendsOf(runs);
  return renderPage({
    title: 'Runs of Cartload',
    style: HISTORY_STYLE,
    ...(runs.length === 0 ? {} : { script: FILTER_SCRIPT }),
    body: html`<header>
<h1>${formatNoun(runs.length, 'run')} of ${formatNoun(new Set(runs.map(({ scenario }) => scenario)).size, 'scenario')}</h1>
</header>
<main>
<section id="runs" aria-labelledby="runs-title">
<h2 id="runs-title">Runs</h2>
${runs.length === 0 ? html`<p class="opening">No run yet: npm run bench scenarios/checkout makes the first.</p>` : html`${filters(runs)}${runTable(runs)}`}
${unreadable.map(({ folder, reason }) => html`<p><strong class="warning">⚠ Not readable:</strong> ${folder}: ${reason}</p>\n`)}
</section>
${experiments.length === 0 ? null : experimentSection(experiments)}${trends.length === 0 ? null : trendSection(trends)}
</main>
<footer>Written by cartload runs, which writes it anew.</footer>`,
  });
}

function filters(runs: readonly RunSummary[]): Html {
  const scenarios = [...new Set(runs.map(({ scenario }) => scenario))].sort();
  const verdicts = [...new Set(runs.map(({ status }) => status))].sort();
  const option = (value: string) => html`<option value="${value}">${value}</option>`;
  return html`<form class="filters" hidden>
<label>Scenario <select name="scenario"><option value="">all</option>${scenarios.map(option)}</select></label>
<label>Verdict <select name="verdict"><option value="">all</option>${verdicts.map(option)}</select></label>
<label>Words <input name="text" type="search" autocomplete="off"></label>
<output aria-live="polite"></output>
</form>
`;
}

function runTable(runs: readonly RunSummary[]): Html {
  return html`<div class="scroll runs" role="region" aria-label="Runs" tabindex="0"><table><caption>The newest first. p99: response time of the transaction that the run leads with, checkout where it has one.</caption>
<thead><tr>${[
    ['Run', true],
    ['Scenario', true],
    ['Dataset', true],
    ['Load', true],
    ['Target', true],
    ['Asked/s', false],
    ['Goodput/s', false],
    ['p99, ms', false],
    ['Verdict', true],
    ['Taints', true],
  ].map(
    ([label, isText]) =>
      html`<th scope="col" class="${isText === true ? 'text' : 'number'}">${String(label)}</th>`,
  )}</tr></thead>
<tbody>
${runs.map(runRow)}</tbody></table></div>
`;
}

function runRow(run: RunSummary): Html {
  const { scenario, dataset, load, target, status } = run;
  return html`<tr data-scenario="${scenario}" data-verdict="${status}"><th scope="row"><a href="${reportOf(run)}">${formatMoment(run.startedAt)}</a></th><td class="text">${scenario}</td><td class="text">${dataset}</td><td class="text">${load}</td><td class="text">${target}</td><td class="number">${targetRateText(run)}</td><td class="number">${goodputText(run)}</td><td class="number">${p99Text(run)}</td><td class="text verdict ${VERDICT_TONES[status]}">${verdictText(run)}</td><td class="text">${taintsText(run)}</td></tr>
`;
}

const EXPERIMENT_TONES = {
  pass: 'good',
  improvement: 'good',
  regression: 'bad',
  undecided: 'warning',
  invalid: 'bad',
  incomparable: 'warning',
} as const;

function experimentSection(experiments: readonly ExperimentSummary[]): Html {
  return html`<section id="experiments" aria-labelledby="experiments-title">
<h2 id="experiments-title">Experiments</h2>
<div class="scroll" role="region" aria-label="Experiments" tabindex="0"><table><caption>Comparisons, variants and gates, the newest first.</caption>
<thead><tr>${['Experiment', 'Kind', 'Scenario', 'Arms', 'Verdict', 'In words'].map((label) => html`<th scope="col" class="text">${label}</th>`)}</tr></thead>
<tbody>
${experiments.map(
  (
    each,
  ) => html`<tr><th scope="row"><a href="${reportOf(each)}">${formatMoment(each.startedAt)}</a></th><td class="text">${each.kind}</td><td class="text">${each.scenario}</td><td class="text">${each.arms.join(', ')}</td><td class="text verdict ${EXPERIMENT_TONES[each.status]}">${experimentVerdictText(each)}</td><td class="text">${each.sentence}</td></tr>
`,
)}</tbody></table></div>
</section>
`;
}

function trendSection(trends: readonly Trend[]): Html {
  return html`<section id="trends" aria-labelledby="trends-title">
<h2 id="trends-title">Trends</h2>
<p class="opening">Runs of one scenario on the same data, load, target and machine, in their order.</p>
${trends.map(
  (trend, index) => html`<div data-trend="${trend.scenario}"><h3>${trend.scenario}</h3>
${plotFigure(
  trendPlot(`trend-${index}`, trend),
  html`${trend.basis}. ● sound, △ with a taint that makes it suspect, × failed, not valid or interrupted; each leads to its report.`,
)}
</div>
`,
)}
<p class="method">Two runs that differ are not yet two versions that differ: repeats of the same thing scatter, too.</p>
</section>
`;
}
