import type {
  ComparisonRecord,
  ExperimentRecord,
  FigureRecord,
} from '../../measurements/experiment-record.ts';
import { formatNoun } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { plotFigure } from '../plots/drawing.ts';
import { percentileSpectrum } from '../plots/percentile-spectrum.ts';
import { shiftPlot } from '../plots/shift-plot.ts';
import { section } from '../sections/section.ts';
import { curvePoints } from '../spectrum-points.ts';
import { dataTable, tableBehind } from '../table.ts';
import { renderExperimentPage } from './experiment-page.ts';
import { armPhrase, duetSentence, methodPhrase } from './experiment-phrases.ts';
import {
  formatChange,
  formatDetectable,
  formatEstimate,
  formatFigure,
  formatInterval,
  formatMiddle,
  VERDICT_WORDS,
} from './figure-text.ts';
import { replaySection } from './replay-section.ts';

const LOOKS = {
  pass: { icon: '✓', tone: 'good', word: 'No worse' },
  improvement: { icon: '✓', tone: 'good', word: 'Better' },
  regression: { icon: '✗', tone: 'bad', word: 'Worse' },
  undecided: { icon: '?', tone: 'warning', word: 'Undecided' },
  invalid: { icon: '⚠', tone: 'bad', word: 'Not valid' },
  incomparable: { icon: '⚠', tone: 'bad', word: 'Not comparable' },
} as const;

const COLORS = 7;

/**
 * The report of an experiment as one HTML file. `initHistograms()` must have been awaited before.
 *
 * @throws CartloadError `BAD_RUN_RECORD` when a histogram of the record cannot be decoded.
 */
export function renderExperimentHtml(record: ExperimentRecord): string {
  const { verdict, arms, comparisons, scenario } = record;
  const sections = [
    ...[replaySection(record)].flatMap((each) => each ?? []),
    ...comparisons.map((comparison) => figuresSection(record, comparison)),
    ...responseSection(record),
    differencesSection(record),
    ...(record.arms.some(({ runs }) => runs.length > 0) ? [armsSection(record)] : []),
  ];
  return renderExperimentPage({
    record,
    title: `${scenario}: ${arms.map(({ name }) => name).join(' and ')}`,
    look: LOOKS[verdict.status],
    notes: verdict.reasons,
    facts: [['Scenario', scenario], ...arms.map((arm) => [arm.name, armPhrase(arm)] as const)],
    sections,
  });
}

function figuresSection(record: ExperimentRecord, comparison: ComparisonRecord) {
  const { figures, arm } = comparison;
  const [from, to] = [record.arms[0]?.name ?? '', record.arms[arm]?.name ?? ''];
  const primary = figures.filter(({ isPrimary }) => isPrimary);
  const table = (caption: string, rows: readonly FigureRecord[]) =>
    dataTable({
      caption,
      columns: [
        { label: 'figure' },
        { label: from },
        { label: to },
        { label: 'change' },
        { label: 'bounds' },
        { label: 'does not matter up to' },
        { label: 'detectable' },
        { label: 'verdict', isText: true },
      ],
      rows: rows.map((figure) => [
        figure.name,
        formatMiddle(figure, 'baseline'),
        formatMiddle(figure, 'candidate'),
        formatEstimate(figure),
        formatInterval(figure),
        formatChange(figure, figure.margin).replace(/^\+/, ''),
        formatDetectable(figure),
        verdictCell(figure),
      ]),
    });
  const others = figures.filter(({ isPrimary }) => !isPrimary);
  return section({
    id: `figures-${arm}`,
    title: `${to} against ${from}`,
    opening: openingOf(comparison, to),
    body: html`${table('Figures that decide the verdict', primary)}${others.length === 0 ? null : table('Figures that inform', others)}${tableBehind('Every single value', valueTable(record, comparison))}`,
    method: `${duetSentence(record)} ${methodPhrase(record, comparison)}`.trim(),
  });
}

function openingOf({ figures }: ComparisonRecord, name: string): string {
  const primary = figures.filter(({ isPrimary }) => isPrimary);
  const told = (['regression', 'improvement', 'undecided'] as const).flatMap((verdict) => {
    const those = primary.filter((figure) => figure.verdict === verdict);
    if (those.length === 0) return [];
    const list = those.map((figure) =>
      verdict === 'undecided' ? figure.name : `${figure.name} (${formatEstimate(figure)})`,
    );
    return [`${VERDICT_WORDS[verdict]}: ${list.join(', ')}`];
  });
  if (told.length === 0) {
    return `Nothing that decides is worse with ${name} than the margins allow.`;
  }
  return `${told.join('; ')}.`.replace(/^./, (first) => first.toUpperCase());
}

function verdictCell(figure: FigureRecord): Html {
  const { tone } = LOOKS[figure.verdict];
  const note = figure.note === '' ? null : html` <span class="rule">(${figure.note})</span>`;
  return html`<span class="${tone}">${VERDICT_WORDS[figure.verdict]}</span>${note}`;
}

function valueTable({ arms }: ExperimentRecord, { figures, arm }: ComparisonRecord): Html {
  const cell = (figure: FigureRecord, values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? '-' : formatFigure(figure, value))).join('; ');
  return dataTable({
    caption: 'The values of each run, in the order of the runs',
    columns: [
      { label: 'figure' },
      { label: arms[0]?.name ?? '', isText: true },
      { label: arms[arm]?.name ?? '', isText: true },
    ],
    rows: figures.map((figure) => [
      figure.name,
      cell(figure, figure.baseline),
      cell(figure, figure.candidate),
    ]),
  });
}

/** Where in the distribution the response times differ. */
function responseSection(record: ExperimentRecord) {
  const { arms, headline, comparisons } = record;
  if (headline === null) return [];
  const lines = arms.flatMap(({ name, response }, index) => {
    if (response === null) return [];
    const points = curvePoints(response);
    return [
      {
        label: name,
        color: index % COLORS,
        isDashed: false,
        points: points
          .filter(({ value }) => !value.isLowerBound && value.valueUs > 0)
          .map(({ quantile, value }) => ({ quantile, valueMs: value.valueUs / 1000 })),
        isCutOff: points.some(({ value }) => value.isLowerBound),
      },
    ];
  });
  if (lines.every(({ points }) => points.length < 2)) return [];
  const spectrum = plotFigure(
    percentileSpectrum({
      id: 'spectrum',
      title: `Response time of ${headline} by percentile`,
      description: 'One line for each arm, all its runs together, both axes logarithmic.',
      lines,
      limits: [],
    }),
    html`Percentile spectra of ${headline}, all runs of an arm together. Lower is faster.`,
  );
  const shifts = comparisons.flatMap(({ arm, shiftCurve: points }) => {
    if (points.length < 2) return [];
    const [from, to] = [arms[0]?.name ?? '', arms[arm]?.name ?? ''];
    const plot = shiftPlot({
      id: `shift-${arm}`,
      title: `Change of the response time of ${headline} from ${from} to ${to}`,
      description: points
        .map(({ quantile, estimate }) => `p${100 * quantile}: ${(100 * estimate).toFixed(1)} %`)
        .join(', '),
      points,
    });
    const isBounded = points.some(({ lower, upper }) => lower !== null && upper !== null);
    return [
      plotFigure(
        plot,
        html`Change from ${from} to ${to} at each percentile; above zero ${to} is slower. ${isBounded ? 'Shaded: bounds at each percentile by itself.' : 'Too few runs to bound it.'}`,
      ),
    ];
  });
  return [
    section({
      id: 'response',
      title: `Response time of ${headline}`,
      opening: 'Which part of the distribution moved.',
      body: html`${spectrum}${shifts}`,
      method:
        'Percentiles come from the histograms of the runs, merged for the spectra and one by one for the change, whose value at each percentile is the Hodges-Lehmann shift of their logarithms. Percentiles with fewer than 10 samples beyond them in a run are left out.',
    }),
  ];
}

function differencesSection({ arms, differences, kind }: ExperimentRecord) {
  const kinds = {
    incomparable: 'forbids a comparison',
    subject: 'may be what is compared',
    circumstance: 'may confuse it',
  } as const;
  return section({
    id: 'differences',
    title: 'What differs',
    opening:
      differences.length === 0
        ? 'The arms differ in nothing that is recorded.'
        : `The arms differ in ${formatNoun(differences.length, 'respect')}.`,
    body:
      differences.length === 0
        ? null
        : dataTable({
            caption: 'What is not the same in all arms',
            columns: [
              { label: 'what' },
              { label: 'it', isText: true },
              ...arms.map(({ name }) => ({ label: name, isText: true })),
            ],
            rows: differences.map(({ what, kind, values }) => [what, kinds[kind], ...values]),
          }),
    method:
      kind === 'gate'
        ? 'Migrations by the hash of their files and of what these import; the scenario by how each commit has its transactions done. Dataset, load, mix and access are those of the candidate for both, and so is the engine.'
        : 'Read off the run records: version, dataset, offered load, mix and access must be the same; schema, settings, versions, machines and how transactions are done may be what is compared. Repeats of one arm must be alike in all of it.',
  });
}

function armsSection({ arms, command }: ExperimentRecord) {
  return section({
    id: 'arms',
    title: 'Runs',
    opening: `Made by ${command}.`,
    body: dataTable({
      caption: 'The runs of each arm',
      columns: [
        { label: 'arm' },
        { label: 'target', isText: true },
        { label: 'runs', isText: true },
        { label: 'taints', isText: true },
      ],
      rows: arms.map(({ name, target, runs, taints }) => [
        name,
        target,
        runs.join(', '),
        taints.length === 0
          ? '-'
          : taints
              .map(({ rule, level, runs: tainted }) => `${level} ${rule} in ${tainted}`)
              .join(', '),
      ]),
    }),
    method: 'Each run has a report of its own beside its record.',
  });
}
