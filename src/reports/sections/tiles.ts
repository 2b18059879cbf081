import type { RunRecord } from '../../measurements/run-record.ts';
import { headlineTransaction, measuredMs, totalsOfRun } from '../../measurements/run-totals.ts';
import {
  durationIn,
  formatCount,
  formatDuration,
  formatPeriod,
  formatRate,
  formatSetting,
  formatShare,
  quantileIn,
  unitFor,
  unitLabel,
} from '../format.ts';
import { retryFigures } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { type ScenarioThreshold, targetRatePerSecond, thresholdsOn } from '../scenario-facts.ts';

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  /** What the figure is made of: its n, and what stands beside it. */
  readonly basis: string;
  readonly limits?: readonly ScenarioThreshold[];
}

/** The six figures of the first screen. */
export function tiles(record: RunRecord): Html {
  const list = [
    goodput(record),
    response(record),
    retries(record),
    replica(record),
    errors(record),
    books(record),
  ];
  return html`<dl class="tiles">${list.map(
    ({ label, value, unit, basis, limits }) =>
      html`<div class="tile"><dt>${label}</dt><dd><strong>${value}</strong> <span class="unit">${unit}</span></dd>${(limits ?? []).map((limit) => limitLine(record, limit))}<dd class="basis">${basis}</dd></div>
`,
  )}</dl>`;
}

function limitLine(record: RunRecord, { text }: ScenarioThreshold): Html {
  const result = record.thresholds.find((threshold) => threshold.text === text);
  if (result === undefined) return html`<dd class="limit-text">limit: ${text}</dd>`;
  return result.passed
    ? html`<dd class="limit-text"><span class="good">✓</span> limit holds: ${text}</dd>`
    : html`<dd class="limit-text"><strong class="bad">✗ limit broken:</strong> ${text}</dd>`;
}

function goodput(record: RunRecord): Tile {
  const { arrivals, committed } = totalsOfRun(record);
  const windowMs = measuredMs(record);
  const target = targetRatePerSecond(record);
  return {
    label: 'Goodput',
    value: formatRate(committed, windowMs),
    unit: 'committed/s',
    limits: thresholdsOn(record, 'goodput'),
    basis: `${target === null ? 'closed model, no target' : `target ${formatSetting(target)} arrivals/s`}; ${formatCount(arrivals)} arrivals in ${formatPeriod(windowMs)}`,
  };
}

function response(record: RunRecord): Tile {
  const headline = headlineTransaction(record);
  const latency = headline?.transaction.latency.committed?.response;
  if (headline === null || latency === undefined) {
    return { label: 'Response time', value: '-', unit: '', basis: 'nothing was committed' };
  }
  const quantiles = [latency.p50, latency.p95, latency.p99];
  const unit = unitFor(quantiles.map((each) => each.valueUs));
  return {
    label: `Response p50 / p95 / p99, ${headline.name}`,
    // The sign of a lower bound stays beside its number where the line breaks.
    value: quantiles.map((each) => quantileIn(each, unit).replace(' ', '\u00a0')).join(' / '),
    unit: unitLabel(unit),
    limits: thresholdsOn(record, 'latency').filter(
      (threshold) => threshold.metric.transaction === headline.name,
    ),
    basis: `n ${formatCount(latency.count)} committed, ${formatCount(latency.censored)} failed; max ${durationIn(latency.maxUs, unit)} ${unitLabel(unit)}`,
  };
}

function retries(record: RunRecord): Tile {
  const figures = retryFigures(record);
  const label = 'Retries / deadlocks';
  if (figures === null) return { label, value: '-', unit: '', basis: 'no arrivals' };
  const name = figures.transaction;
  return {
    label,
    value: `${figures.retriesPerThousand} / ${figures.deadlocksPerThousand}`,
    unit: `per 1,000 ${name}`,
    limits: thresholdsOn(record, 'per-thousand').filter(
      (threshold) => threshold.metric.transaction === name,
    ),
    basis: `${formatCount(figures.retries)} / ${formatCount(figures.deadlocks)} in ${formatCount(figures.arrivals)} arrivals`,
  };
}

function replica(record: RunRecord): Tile {
  const label = 'Replica age, p95';
  const age = record.replication?.age;
  if (age === undefined) return { label, value: '-', unit: '', basis: 'no replica in this run' };
  if (age.samples === 0) return { label, value: '-', unit: '', basis: 'never sampled' };
  return {
    label,
    value: durationIn(age.p95Ms * 1_000, 'ms'),
    unit: 'ms',
    basis: `n ${formatCount(age.samples)}; p50 ${formatDuration(age.p50Ms * 1_000)}, max ${formatDuration(age.maxMs * 1_000)}`,
  };
}

function errors(record: RunRecord): Tile {
  const { arrivals, failed, rejected, late } = totalsOfRun(record);
  return {
    label: 'Failed',
    value: formatShare(failed, arrivals),
    unit: 'of arrivals',
    limits: thresholdsOn(record, 'share'),
    basis: `${formatCount(failed)} of ${formatCount(arrivals)}; ${formatCount(rejected)} rejected, ${formatCount(late)} late`,
  };
}

function books(record: RunRecord): Tile {
  const { acknowledged, balanced, checked, invariants } = record.books;
  const label = 'Books';
  const unit = '';
  if (!checked) {
    const basis = `${formatCount(acknowledged)} acknowledged checkouts; the target could not be asked`;
    return { label, value: '✗ Not checked', unit, basis };
  }
  const broken = invariants.filter((check) => check.violations > 0).length;
  return {
    label,
    value: balanced ? '✓ Balanced' : '✗ Not balanced',
    unit,
    basis: `${formatCount(acknowledged)} acknowledged checkouts; ${formatCount(invariants.length - broken)} of ${formatCount(invariants.length)} invariants hold`,
  };
}
