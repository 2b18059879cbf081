import type { ClassRecord } from '../../measurements/class-record.ts';
import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { HOURS_PER_MONTH } from '../../pricing/cost-line.ts';
import { renderExperimentPage } from '../experiment/experiment-page.ts';
import { differencePhrase } from '../experiment/experiment-phrases.ts';
import { formatSetting, formatSignificant } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { plotFigure } from '../plots/drawing.ts';
import { kneePlot } from '../plots/knee-plot.ts';
import { paretoPlot } from '../plots/pareto-plot.ts';
import { type Section, section } from '../sections/section.ts';
import { dataTable, tableBehind } from '../table.ts';
import {
  capacityMethod,
  choiceOf,
  decisionRows,
  perHourText,
  pointCells,
} from './class-phrases.ts';

const LOOKS = {
  pass: { icon: '✓', tone: 'good', word: 'Answered' },
  improvement: { icon: '✓', tone: 'good', word: 'Answered' },
  regression: { icon: '✗', tone: 'bad', word: 'None meets it' },
  undecided: { icon: '?', tone: 'warning', word: 'Undecided' },
  invalid: { icon: '⚠', tone: 'bad', word: 'Not valid' },
  incomparable: { icon: '⚠', tone: 'bad', word: 'Not ranked' },
} as const;

const STYLE = `
.dot { fill: var(--c); stroke: var(--ground); stroke-width: 1; }
.dot.missed { fill: var(--ground); stroke: var(--c); stroke-width: 2; }
`;

const COLORS = 7;

/** What load classes take and which to choose, as one HTML file. */
export function renderClassesHtml(record: ExperimentRecord): string {
  const { verdict, scenario, differences } = record;
  const { classes, objectivePerSecond } = choiceOf(record);
  const sections = [
    decisionSection(record),
    ...kneeSection(record),
    ...classes.map((each, index) => classSection(record, each, index)),
    ...costSection(record),
  ];
  return renderExperimentPage({
    record,
    title: `${scenario}: ${classes.map(({ name }) => name).join(', ')}`,
    style: STYLE,
    look: LOOKS[verdict.status],
    notes: [...verdict.reasons, ...differences.map(differencePhrase)],
    facts: [
      ['Scenario', scenario],
      ['Classes', classes.map(({ name }) => name).join(', ')],
      ...(objectivePerSecond === null
        ? []
        : [['Objective', `${formatSetting(objectivePerSecond)} ${record.headline}/s`] as const]),
    ],
    sections,
  });
}

function decisionSection(record: ExperimentRecord): Section {
  const { headline } = record;
  const { classes, objectivePerSecond } = choiceOf(record);
  const isChoice = classes.length > 1;
  return section({
    id: 'decision',
    title: isChoice ? 'What to choose' : 'What it takes',
    opening: isChoice
      ? 'The load that each class takes before a threshold is missed, and what it costs.'
      : 'The load that it takes before a threshold is missed.',
    body: html`${dataTable({
      caption: isChoice ? 'Classes, the best first' : 'Capacity',
      columns: [
        { label: 'class' },
        { label: `${headline}/s at the limit` },
        ...(objectivePerSecond === null
          ? []
          : [{ label: `takes ${formatSetting(objectivePerSecond)}/s`, isText: true }]),
        { label: `$ per million ${headline}` },
        { label: '$ an hour' },
        { label: 'limit', isText: true },
        { label: 'lasts', isText: true },
      ],
      rows: decisionRows(record).map((row) => [
        row.name,
        row.takes,
        ...(objectivePerSecond === null ? [] : [row.meets]),
        row.perMillion,
        row.perHour,
        row.limit,
        row.lasts,
      ]),
    })}${pareto(record)}`,
    method: `${capacityMethod(record)} In brackets 95 % bounds; classes whose bounds overlap share a place (=). Dollars are those of the whole topology, on demand.`,
  });
}

function pareto(record: ExperimentRecord): Html | null {
  const { classes, objectivePerSecond } = choiceOf(record);
  const points = classes.flatMap(({ name, headlineCapacity, costs: [onDemand] }, index) =>
    headlineCapacity === null || onDemand === undefined || onDemand.unpriced.length > 0
      ? []
      : [
          {
            label: name,
            color: index % COLORS,
            usdPerHour: onDemand.usdPerHour,
            perSecond: headlineCapacity.value,
            lower: headlineCapacity.lower,
            upper: headlineCapacity.upper,
          },
        ],
  );
  if (points.length < 2) return null;
  const told = points.map(
    ({ label, perSecond, usdPerHour }) =>
      `${label} ${formatSignificant(perSecond)}/s for $${formatSignificant(usdPerHour)}`,
  );
  return plotFigure(
    paretoPlot({
      id: 'pareto',
      title: 'Load against price',
      description: `Each class by its price an hour and the load that it takes: ${told.join(', ')}.`,
      headline: record.headline ?? 'transactions',
      points,
      objective: objectivePerSecond,
    }),
    html`What each class takes against what it costs, with 95 % bounds. What lies below the line is beaten by a class that is no dearer; where bounds overlap, neither is.`,
  );
}

function kneeSection(record: ExperimentRecord): Section[] {
  const { classes } = choiceOf(record);
  const lines = classes.flatMap(({ name, searches, capacity }, index) => {
    const points = searches
      .flatMap((search) => search.points)
      .flatMap(({ ratePerSecond, response, holds }) =>
        response === null || response.isLowerBound
          ? []
          : [
              {
                rate: ratePerSecond,
                valueMs: response.p99Us.value / 1000,
                lowerMs: response.p99Us.lower === null ? null : response.p99Us.lower / 1000,
                upperMs: response.p99Us.upper === null ? null : response.p99Us.upper / 1000,
                holds,
              },
            ],
      );
    const color = index % COLORS;
    return points.length === 0
      ? []
      : [{ label: name, color, points, capacity: capacity?.value ?? null }];
  });
  if (lines.length === 0) return [];
  const plot = kneePlot({
    id: 'knee',
    title: 'Response time against offered rate',
    description: `p99 of ${record.headline} at each rate that was tried, one line for each class.`,
    lines,
  });
  return [
    section({
      id: 'knee',
      title: 'Where it bends',
      opening: `How the p99 of ${record.headline} grows with the rate that is offered.`,
      body: plotFigure(
        plot,
        html`● a run in which the thresholds held, ○ one in which they did not; bars are 95 % bounds by order statistics of the run's own samples, the dotted line is the capacity. Runs whose p99 lies among arrivals that never ended are left out.`,
      ),
      method: 'Response time from the intended start; each point is a run of its own.',
    }),
  ];
}

function classSection(record: ExperimentRecord, each: ClassRecord, index: number): Section {
  const { name, target, limit, steadiness, searches, failure } = each;
  const points = searches
    .flatMap((search) => search.points)
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond);
  const table = dataTable({
    caption: `Runs on ${name}, by rate`,
    columns: [
      { label: 'arrivals/s' },
      { label: 'phase', isText: true },
      { label: 'thresholds', isText: true },
      { label: 'committed/s' },
      { label: `${record.headline} p50` },
      { label: `${record.headline} p99` },
      { label: 'server CPU' },
      { label: 'busy connections' },
      { label: 'missed', isText: true },
      { label: 'run', isText: true },
    ],
    rows: points.map((point) => {
      const cells = pointCells(point);
      const tone = point.holds ? 'good' : 'bad';
      return [
        cells.rate,
        cells.phase,
        html`<span class="${tone}">${cells.holds}</span>`,
        cells.goodput,
        cells.p50,
        cells.p99,
        cells.cpu,
        cells.busy,
        cells.missed,
        html`<a href="../${encodeURIComponent(point.run)}/report.html">report</a>`,
      ];
    }),
  });
  const evidence = dataTable({
    caption: 'Evidence for the limit, from the run nearest beyond it',
    columns: [{ label: 'what' }, { label: 'value' }],
    rows: limit.evidence.map(({ what, value }) => [what, value]),
  });
  return section({
    id: `class-${index + 1}`,
    title: name,
    opening: failure === '' ? `${limit.sentence} ${steadiness.sentence}` : failure,
    body: html`<p>${target}.</p>${limit.evidence.length === 0 ? null : evidence}${points.length === 0 ? null : tableBehind(`All ${points.length} runs`, table)}`,
    method:
      'Committed: arrivals of the window that did, in it or later. The limit is read from CPU of the processes, waits of the sessions at work and connections in use (arrivals times service time).',
  });
}

function costSection(record: ExperimentRecord): Section[] {
  const { classes, pricesCompiled, priceSources } = choiceOf(record);
  const priced = classes.filter(({ costs }) => costs.length > 0);
  if (priced.length === 0) return [];
  const totals = dataTable({
    caption: 'Cost of the whole topology',
    columns: [
      { label: 'class' },
      { label: 'term', isText: true },
      { label: '$ an hour' },
      { label: '$ a month' },
    ],
    rows: priced.flatMap(({ name, costs }) =>
      costs.map((cost) => [
        name,
        cost.term,
        perHourText(cost),
        `${cost.unpriced.length > 0 ? 'more than ' : ''}$${formatSignificant(cost.usdPerHour * HOURS_PER_MONTH)}`,
      ]),
    ),
  });
  const lines = dataTable({
    caption: 'Every price on demand, with what speaks for it',
    columns: [
      { label: 'class' },
      { label: 'what', isText: true },
      { label: 'quantity' },
      { label: 'unit', isText: true },
      { label: '$ each' },
      { label: '$ an hour' },
      { label: 'as of', isText: true },
      { label: 'confidence', isText: true },
      { label: 'source', isText: true },
    ],
    rows: priced.flatMap(({ name, costs }) =>
      (costs[0]?.lines ?? []).map((line) => [
        name,
        line.what,
        formatSetting(line.quantity),
        line.unit,
        line.usd === null ? html`<strong class="warning">unpriced</strong>` : String(line.usd),
        line.usdPerHour === null ? '-' : formatSignificant(line.usdPerHour),
        line.isStale
          ? html`<strong class="warning">${line.asOf ?? 'not known'}, old</strong>`
          : (line.asOf ?? '-'),
        line.confidence,
        line.source.join(', '),
      ]),
    ),
  });
  const sources = Object.entries(priceSources);
  return [
    section({
      id: 'cost',
      title: 'What it costs',
      opening: `Prices as of the snapshot of ${pricesCompiled}, without taxes and private discounts.`,
      body: html`${totals}${tableBehind('Every price', lines)}${
        sources.length === 0
          ? null
          : html`<details><summary>Sources</summary><ul>${sources.map(([key, title]) => html`<li>${key}: ${title}</li>\n`)}</ul></details>`
      }`,
      method: `A month has ${HOURS_PER_MONTH} hours. A price older than 180 days is called old; what has no price in the snapshot is unpriced and not estimated.`,
    }),
  ];
}
