import { OUTCOME_GROUPS, type OutcomeGroup } from '../../measurements/outcome.ts';
import type { LatencyRecord, RunRecord } from '../../measurements/run-record.ts';
import {
  durationIn,
  formatCount,
  formatQuantile,
  formatSetting,
  quantileIn,
  unitFor,
  unitLabel,
} from '../format.ts';
import { latencySentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { type PlotLimit, plotFigure } from '../plots/drawing.ts';
import { ecdf } from '../plots/ecdf.ts';
import { percentileSpectrum, type SpectrumLine } from '../plots/percentile-spectrum.ts';
import { thresholdsOn } from '../scenario-facts.ts';
import {
  curvePoints,
  distributionPoints,
  MIN_SAMPLES_BEYOND,
  namedBounds,
  namedPoints,
} from '../spectrum-points.ts';
import { type Cell, dataTable, tableBehind } from '../table.ts';
import { type Section, section } from './section.ts';
import { transactionColor, transactionName } from './transaction-name.ts';

interface Row {
  readonly name: string;
  readonly group: OutcomeGroup;
  readonly response: LatencyRecord;
  readonly service: LatencyRecord;
  readonly lag: LatencyRecord;
}

/** How long things took: by transaction and outcome group, and the percentile spectrum. */
export function latencySection(record: RunRecord): Section | null {
  const rows = latencyRows(record);
  if (rows.length === 0) return null;
  const committed = rows.filter((row) => row.group === 'committed');
  return section({
    id: 'latency',
    title: 'Latency',
    opening: latencySentence(record),
    body: html`${groupTable(record, rows)}${committed.length === 0 ? null : html`${spectrum(record, committed)}${distribution(record, committed)}`}`,
    method: `Response: end less intended start, retries and backoff included. Service: the last attempt alone. Lag: start less intended start. Microseconds in HdrHistograms of 3 significant digits; percentiles by nearest rank, once, from the counts of the measurement window. Of the committed, ">" marks a percentile that lies among the arrivals that count as slower than all of them: in the response those that failed, were dropped or never ended; in the service those of them that had started; in the lag those that never started. Percentiles with fewer than ${MIN_SAMPLES_BEYOND} samples beyond them are not drawn. Bounds: the samples between which the percentile lies with 95 %, were they independent (order statistics); they tell how well this run knows its percentile, not how much the next run will differ.`,
  });
}

function latencyRows(record: RunRecord): readonly Row[] {
  return Object.entries(record.transactions).flatMap(([name, transaction]) =>
    OUTCOME_GROUPS.flatMap((group) => {
      const latencies = transaction.latency[group];
      return latencies === undefined ? [] : [{ name, group, ...latencies }];
    }),
  );
}

function groupTable(record: RunRecord, rows: readonly Row[]): Html {
  const unit = unitFor(
    rows.flatMap(({ response, service }) => [
      response.p50.valueUs,
      response.p99.valueUs,
      service.p50.valueUs,
    ]),
  );
  const label = unitLabel(unit);
  return dataTable({
    caption: `Latency by transaction and outcome, in ${label}`,
    groups: [
      { label: '', columns: 3 },
      { label: `response, ${label}`, columns: 5 },
      { label: `service, ${label}`, columns: 3 },
      { label: `lag, ${label}`, columns: 2 },
    ],
    columns: [
      { label: 'transaction' },
      { label: 'outcome', isText: true },
      { label: 'n' },
      ...['p50', 'p90', 'p95', 'p99', 'max', 'p50', 'p99', 'max', 'p50', 'p99'].map((name) => ({
        label: name,
      })),
    ],
    rows: rows.map(({ name, group, response, service, lag }) => [
      transactionName(record, name),
      group,
      formatCount(response.count),
      quantileIn(response.p50, unit),
      quantileIn(response.p90, unit),
      quantileIn(response.p95, unit),
      quantileIn(response.p99, unit),
      durationIn(response.maxUs, unit),
      quantileIn(service.p50, unit),
      quantileIn(service.p99, unit),
      durationIn(service.maxUs, unit),
      quantileIn(lag.p50, unit),
      quantileIn(lag.p99, unit),
    ]),
  });
}

function spectrum(record: RunRecord, rows: readonly Row[]): Html {
  const lines = rows.flatMap((row) => [
    spectrumLine(record, row.name, row.response, false),
    spectrumLine(record, row.name, row.service, true),
  ]);
  if (lines.every((line) => line.points.length < 2)) {
    return html`<p>No transaction has the ${MIN_SAMPLES_BEYOND * 2} samples that a percentile spectrum needs at least.</p>`;
  }
  const limits = latencyLimits(record);
  const worst = rows.map((row) => `${row.name} p99 ${formatQuantile(row.response.p99)}`).join(', ');
  const plot = percentileSpectrum({
    id: 'spectrum',
    title: 'Percentile spectrum of the committed arrivals',
    description: `Latency by percentile, one line for each transaction, both axes logarithmic. Response time at p99: ${worst}.`,
    lines,
    limits,
  });
  return html`${plotFigure(
    plot,
    html`Percentile spectrum of the committed arrivals: response time solid, service time dashed. Where they part, arrivals waited or were tried again.${lines.some((line) => line.isCutOff) ? ' ▲ marks a line that ends because what lies beyond never committed.' : null}`,
  )}${tableBehind('Table behind the spectrum', spectrumTable(record, rows))}`;
}

/** The share of arrivals that were answered within each time; arrivals that never committed stay out of it. */
function distribution(record: RunRecord, rows: readonly Row[]): Html {
  const many = rows.filter(
    ({ response }) => response.count + response.censored >= 2 * MIN_SAMPLES_BEYOND,
  );
  const lines = many.map(({ name, response }) => ({
    label: name,
    color: transactionColor(record, name),
    points: distributionPoints(response)
      .filter(({ value }) => !value.isLowerBound && value.valueUs > 0)
      .map(({ quantile, value }) => ({ share: quantile, valueMs: value.valueUs / 1_000 })),
  }));
  const drawn = lines.filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return html``;
  const plot = ecdf({
    id: 'distribution',
    title: 'Distribution of the response time',
    description: `Share of the arrivals answered within each time, one line for each transaction, time on a log scale. ${rows.map(({ name, response }) => `${name}: half within ${formatQuantile(response.p50)}`).join(', ')}.`,
    lines: drawn,
    limits: latencyLimits(record),
  });
  return plotFigure(
    plot,
    html`Share of the arrivals that were answered within each time (empirical distribution of the response time). A line that ends below 100 % leaves out those that never committed; a transaction with fewer than ${2 * MIN_SAMPLES_BEYOND} arrivals has no line.`,
  );
}

function latencyLimits(record: RunRecord): readonly PlotLimit[] {
  return thresholdsOn(record, 'latency')
    .filter((threshold) => threshold.metric.measure !== 'lag' && threshold.limit > 0)
    .map((threshold) => ({ text: threshold.text, valueMs: threshold.limit }));
}

function spectrumLine(
  record: RunRecord,
  name: string,
  latency: LatencyRecord,
  isDashed: boolean,
): SpectrumLine {
  const points = curvePoints(latency);
  const seen = points.filter(({ value }) => !value.isLowerBound && value.valueUs > 0);
  return {
    label: name,
    color: transactionColor(record, name),
    isDashed,
    points: seen.map(({ quantile, value }) => ({ quantile, valueMs: value.valueUs / 1_000 })),
    isCutOff: points.some(({ value }) => value.isLowerBound),
  };
}

function spectrumTable(record: RunRecord, rows: readonly Row[]): Html {
  const measured = rows.flatMap(({ name, response, service, lag }) =>
    (
      [
        ['response', response],
        ['service', service],
        ['lag', lag],
      ] as const
    ).map(([measure, latency]) => ({ name, measure, latency, points: namedPoints(latency) })),
  );
  const quantiles = [
    ...new Set(measured.flatMap(({ points }) => points.map(({ quantile }) => quantile))),
  ].sort((a, b) => a - b);
  const unit = unitFor(measured.flatMap(({ points }) => points.map(({ value }) => value.valueUs)));
  return dataTable({
    caption: `Percentiles of the committed arrivals, in ${unitLabel(unit)}`,
    columns: [
      { label: 'transaction' },
      { label: 'measure', isText: true },
      { label: 'n' },
      ...quantiles.map((quantile) => ({
        label: `p${formatSetting(Number((100 * quantile).toFixed(3)))}`,
      })),
      { label: 'max' },
    ],
    rows: measured.flatMap(({ name, measure, latency, points }): readonly (readonly Cell[])[] => {
      const cells = (of: (quantile: number) => string | undefined) =>
        quantiles.map((quantile) => of(quantile) ?? '-');
      const row = [
        transactionName(record, name),
        measure,
        formatCount(latency.count + latency.censored),
        ...cells((quantile) => {
          const point = points.find((each) => each.quantile === quantile);
          return point && quantileIn(point.value, unit);
        }),
        durationIn(latency.maxUs, unit),
      ];
      if (measure !== 'response') return [row];
      const bounds = namedBounds(latency);
      const between = cells((quantile) => {
        const found = bounds.find((each) => each.quantile === quantile);
        return found && `${quantileIn(found.lower, unit)} to ${quantileIn(found.upper, unit)}`;
      });
      return [row, [transactionName(record, name), 'its bounds', '', ...between, '']];
    }),
  });
}
