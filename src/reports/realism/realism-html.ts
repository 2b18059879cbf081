import {
  REALISM_GROUPS,
  type RealismGroup,
  type RealismLine,
  type RealismPlots,
  type RealismReport,
} from '../../realism/realism-report.ts';
import { formatNoun } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { renderPage } from '../page.ts';
import { buyersChart, linesChart, pricesChart, ratingsChart } from './bar-charts.ts';
import { type Chart, chartFigure } from './chart.ts';
import { popularityChart } from './popularity-chart.ts';
import { measuredText, realismSentence, toleranceText } from './realism-figures.ts';
import { daysChart, hoursChart } from './time-charts.ts';

const REALISM_STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 0 40px; }
.charts figure { min-width: 0; }
.heat rect { fill: var(--c0); }
table.figures { width: 100%; }
table.figures tbody th { white-space: normal; min-width: 10em; }
table.figures td.text { min-width: 6em; }
table.figures .verdict { white-space: nowrap; }
`;

interface GroupText {
  readonly opening: string;
  readonly charts: readonly ((plots: RealismPlots) => Chart)[];
}

const GROUPS: Readonly<Record<RealismGroup, GroupText>> = {
  Products: {
    opening:
      'Few products sell much and many sell little, as a log-normal distribution has it; what a thing is decides roughly what it costs.',
    charts: [popularityChart, pricesChart],
  },
  Orders: {
    opening: 'Most baskets are small, and some are not.',
    charts: [linesChart],
  },
  Customers: {
    opening: 'Who buys, how often, and from where.',
    charts: [buyersChart],
  },
  Time: {
    opening: 'Two years of growth with weeks, days and a season.',
    charts: [daysChart, hoursChart],
  },
  Reviews: {
    opening: 'Those who are happy write, and so do those who are angry.',
    charts: [ratingsChart],
  },
  Books: {
    opening: 'Prices, sums and events do not contradict each other: each of these must be zero.',
    charts: [],
  },
};

const VERDICT_LOOKS = {
  within: { icon: '✓', tone: 'good' },
  outside: { icon: '✗', tone: 'bad' },
  'not measured': { icon: '○', tone: 'quiet' },
} as const;

/** The report as one HTML file that needs no script and asks for nothing anywhere. */
export function renderRealismHtml(report: RealismReport): string {
  const { identity, profile, seed, orders, lines } = report;
  const facts = [
    ['Profile', profile],
    ['Scale', formatNoun(orders, 'order')],
    ['Seed', String(seed)],
    ['Dataset', identity],
  ] as const;
  const outside = lines.some((line) => line.verdict === 'outside');
  return renderPage({
    title: `How real is this shop: ${profile}, ${formatNoun(orders, 'order')}`,
    style: REALISM_STYLE,
    body: html`<header>
<p class="verdict ${outside ? 'warning' : 'good'}">${outside ? '○ Like a real shop, with exceptions' : '✓ Like a real shop'}</p>
<h1>${realismSentence(lines)}</h1>
<dl class="strip">${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
<nav aria-label="Sections"><ul>${REALISM_GROUPS.map((group) => html`<li><a href="#${group.toLowerCase()}">${group}</a></li>`)}</ul></nav>
</header>
<main>
${REALISM_GROUPS.map((group) => groupSection(report, group))}
<section id="method" aria-labelledby="method-title">
<h2 id="method-title">Method</h2>
<p>Everything is counted by SQL in the loaded database. A figure is within when it lies in the stated
tolerance. "Own choice" marks what no one has published in a form that could be compared: there the
tolerance says what the generators aim at. The way from click to cart to order is not in the data, since a
shop does not keep it: it is set by the mix of a scenario.</p>
</section>
</main>
<footer>Dataset ${identity}.</footer>`,
  });
}

function groupSection({ lines, plots }: RealismReport, group: RealismGroup): Html {
  const { opening, charts } = GROUPS[group];
  const id = group.toLowerCase();
  const figures = charts.map((draw) => chartFigure(draw(plots)));
  // Wide charts stand alone, the others side by side.
  const drawn = group === 'Time' ? figures : html`<div class="charts">${figures}</div>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${group}</h2>
<p class="opening">${opening}</p>
${charts.length === 0 ? null : drawn}
${figuresTable(
  lines.filter((line) => line.group === group),
  group,
)}
</section>
`;
}

function figuresTable(lines: readonly RealismLine[], group: RealismGroup): Html {
  return html`<div class="scroll"><table class="figures" aria-label="${group}">
<thead><tr><th scope="col" class="text">Figure</th><th scope="col">Measured</th><th scope="col">Tolerance</th><th scope="col" class="text">Real shops</th><th scope="col" class="text">Source</th><th scope="col" class="text">Verdict</th></tr></thead>
<tbody>${lines.map((line) => {
    const { icon, tone } = VERDICT_LOOKS[line.verdict];
    return html`<tr><th scope="row">${line.name}</th><td class="number">${measuredText(line)}</td><td class="number">${toleranceText(line)}</td><td class="text">${line.published}</td><td class="text">${line.source}</td><td class="text verdict"><span class="${tone}">${icon} ${line.verdict}</span></td></tr>
`;
  })}</tbody>
</table></div>`;
}
