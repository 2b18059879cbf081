import { nearestFirst, suggestion } from './nearest.ts';
import type { Threshold, ThresholdMetric } from './threshold.ts';
import { given } from './units.ts';

export type ParsedThreshold =
  | { readonly ok: true; readonly threshold: Threshold }
  | { readonly ok: false; readonly message: string };

const MEASURES = ['response', 'service', 'lag'] as const;
const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;
const EVENTS = ['deadlocks', 'serialization failures', 'retries'] as const;
const PARTS = ['failed', 'rejected', 'dropped', 'late'] as const;

const TRANSACTION = '[a-z][a-z0-9_]*';
const METRIC_FORMS =
  'checkout.response.p99, deadlocks per 1000 checkout, failed of arrivals, rejected of checkout or checkout.goodput';

/** For each kind of metric: the units of its limit with their factors, and how to write it. */
const LIMITS = {
  latency: { factors: { ms: 1, s: 1000 }, right: 'milliseconds or seconds, such as 150ms or 2s' },
  'per-thousand': { factors: { '': 1 }, right: 'a bare number, such as 5' },
  share: { factors: { '%': 0.01 }, right: 'a percentage from 0% to 100%, such as 0.1%' },
  goodput: { factors: { '/s': 1 }, right: 'commits per second, such as 150/s' },
} as const satisfies Record<
  ThresholdMetric['kind'],
  { factors: Readonly<Record<string, number>>; right: string }
>;

/** Reads the one-line text of a threshold; the grammar stands in `docs/scenario.md`. */
export function parseThreshold(input: unknown): ParsedThreshold {
  if (typeof input !== 'string') {
    return refuse(
      'is not a threshold',
      input,
      'write a text, such as checkout.response.p99 < 150ms',
    );
  }
  const text = input.trim().replaceAll(/\s+/g, ' ');
  const parts = /^([^<>=]*?) ?(<=|>=|<|>) ?([^<>=]*)$/.exec(text);
  if (parts === null) {
    return refuse(
      'is not one comparison of a metric with a limit',
      input,
      'write <, <=, > or >= once between them, such as checkout.response.p99 < 150ms',
    );
  }
  const [, metricText = '', comparison, limitText = ''] = parts;
  const metric = parseMetric(metricText);
  if (typeof metric === 'string') return refuse(metric, metricText, metricHint(metricText));
  const limit = parseLimit(limitText, metric.kind);
  if (limit === null) {
    const wrong = `has a limit that is not in the unit of ${metricText}`;
    return refuse(wrong, limitText, `write ${LIMITS[metric.kind].right}`);
  }
  return {
    ok: true,
    threshold: { text, metric, comparison: comparison as Threshold['comparison'], limit },
  };
}

/** The metric, or what is wrong with its text. */
function parseMetric(text: string): ThresholdMetric | string {
  const goodput = new RegExp(`^(?:(${TRANSACTION})\\.)?goodput$`).exec(text);
  if (goodput !== null) return { kind: 'goodput', transaction: goodput[1] ?? null };

  const perThousand = new RegExp(`^(.+) per 1000 (${TRANSACTION})$`).exec(text);
  if (perThousand !== null) {
    const event = EVENTS.find((name) => name === perThousand[1]);
    if (event === undefined) return 'has an unknown event';
    return { kind: 'per-thousand', event, transaction: perThousand[2] ?? '' };
  }
  const share = new RegExp(`^([a-z]+) of (${TRANSACTION})$`).exec(text);
  if (share !== null) {
    const part = PARTS.find((name) => name === share[1]);
    if (part === undefined) return 'has an unknown part';
    const whole = share[2] ?? '';
    return { kind: 'share', part, transaction: whole === 'arrivals' ? null : whole };
  }
  const latency = new RegExp(`^(${TRANSACTION})\\.([a-z]+)\\.([a-z0-9.]+)$`).exec(text);
  if (latency !== null) {
    const measure = MEASURES.find((name) => name === latency[2]);
    const quantile = QUANTILES.find((name) => name === latency[3]);
    if (measure === undefined) return 'has an unknown measure';
    if (quantile === undefined) return 'has an unknown percentile';
    return { kind: 'latency', transaction: latency[1] ?? '', measure, quantile };
  }
  return 'has an unknown metric';
}

/** What would be right, from the known words of the form that the text comes closest to. */
function metricHint(text: string): string {
  const event = / per 1000 /.test(text) ? text.split(' per 1000 ')[0] : undefined;
  if (event !== undefined) return oneOf(event, EVENTS);
  const part = / of /.test(text) ? text.split(' of ')[0] : undefined;
  if (part !== undefined) return oneOf(part, PARTS);
  const [transaction, measure, ...quantile] = text.split('.');
  if (transaction !== undefined && measure !== undefined && quantile.length > 0) {
    return MEASURES.some((name) => name === measure)
      ? oneOf(quantile.join('.'), QUANTILES)
      : oneOf(measure, MEASURES);
  }
  return `write a metric such as ${METRIC_FORMS}`;
}

function oneOf(word: string, known: readonly string[]): string {
  const meant = suggestion(word, known);
  const list = `known are ${nearestFirst(word, known).join(', ')}`;
  return meant === null ? list : `did you mean ${meant}? ${list}`;
}

function parseLimit(text: string, kind: ThresholdMetric['kind']): number | null {
  const match = /^([0-9]+(?:\.[0-9]+)?) ?([a-z%/]*)$/.exec(text);
  if (match === null) return null;
  const factors: Readonly<Record<string, number>> = LIMITS[kind].factors;
  const factor = factors[match[2] ?? ''];
  if (factor === undefined) return null;
  // Dividing keeps 0.1 % at the double nearest to 0.001; multiplying by 0.01 does not.
  const limit = kind === 'share' ? Number(match[1]) / 100 : Number(match[1]) * factor;
  return kind === 'share' && limit > 1 ? null : limit;
}

function refuse(wrong: string, input: unknown, right: string): ParsedThreshold {
  return { ok: false, message: `${wrong} (got ${given(input)}) - ${right}` };
}
