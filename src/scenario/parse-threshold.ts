import { nearestFirst, suggestion } from './nearest.ts';
import {
  THRESHOLD_EVENTS,
  THRESHOLD_PARTS,
  type Threshold,
  type ThresholdMetric,
} from './threshold.ts';
import { given } from './units.ts';

export type ParsedThreshold =
  | { readonly ok: true; readonly threshold: Threshold }
  | { readonly ok: false; readonly message: string };

const MEASURES = ['response', 'service', 'lag'] as const;
const AGE_QUANTILES = ['p50', 'p95', 'max'] as const;

const NAME = '[a-z][a-z0-9_]*';
/** `p0` to `p100`, with up to three decimals. */
const QUANTILE = '(p(?:100|[0-9]{1,2})(?:\\.[0-9]{1,3})?|max)';
const COMMON_QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max'];
const METRIC_FORMS =
  'checkout.response.p99, deadlocks per 1000 checkout, failed of arrivals, rejected of checkout or checkout.goodput';

const LATENCY = {
  factors: { ms: 1, s: 1000 },
  right: 'milliseconds or seconds, such as 150ms or 2s',
};
const SHARE = { factors: { '%': 0.01 }, right: 'a percentage from 0% to 100%, such as 0.1%' };

/** For each kind of metric: the units of its limit with their factors, and how to write it. */
const LIMITS: Readonly<
  Record<
    ThresholdMetric['kind'],
    { readonly factors: Readonly<Record<string, number>>; readonly right: string }
  >
> = {
  latency: LATENCY,
  statement: LATENCY,
  'replica-age': LATENCY,
  'timer-lag': LATENCY,
  'per-thousand': { factors: { '': 1 }, right: 'a bare number, such as 5' },
  share: SHARE,
  'client-busy': SHARE,
  goodput: { factors: { '/s': 1 }, right: 'commits per second, such as 150/s' },
  offered: { factors: { '/s': 1 }, right: 'arrivals per second, such as 150/s' },
};

/** The forms of a metric; each makes one of a match, or says what is wrong with it. */
const FORMS: readonly {
  readonly pattern: RegExp;
  readonly read: (...groups: string[]) => ThresholdMetric | string;
}[] = [
  {
    pattern: new RegExp(`^(?:(${NAME})\\.)?(goodput|offered)$`),
    read: (transaction, kind) => ({
      kind: kind === 'offered' ? 'offered' : 'goodput',
      transaction: transactionOf(transaction, 'all'),
    }),
  },
  {
    pattern: new RegExp(`^(.+) per 1000 (${NAME})$`),
    read(text, whole) {
      const event = THRESHOLD_EVENTS.find((name) => name === text);
      if (event === undefined) return 'has an unknown event';
      return { kind: 'per-thousand', event, transaction: transactionOf(whole, 'arrivals') };
    },
  },
  {
    pattern: new RegExp(`^([a-z ]+) of (${NAME})$`),
    read(text, whole) {
      const part = THRESHOLD_PARTS.find((name) => name === text);
      if (part === undefined) return 'has an unknown part';
      return { kind: 'share', part, transaction: transactionOf(whole, 'arrivals') };
    },
  },
  {
    pattern: new RegExp(`^statement ([a-z0-9_.]+)(?: on ([a-z0-9-]+))? ${QUANTILE}$`),
    read: (statement = '', node, quantile = '') => ({
      kind: 'statement',
      statement,
      node: node ?? null,
      quantile,
    }),
  },
  {
    pattern: /^replica age ([a-z0-9.]+)$/,
    read(text) {
      const quantile = AGE_QUANTILES.find((name) => name === text);
      return quantile === undefined
        ? 'has an unknown percentile'
        : { kind: 'replica-age', quantile };
    },
  },
  { pattern: /^client busy$/, read: () => ({ kind: 'client-busy' }) },
  {
    pattern: new RegExp(`^timer lag ${QUANTILE}$`),
    read: (quantile = '') => ({ kind: 'timer-lag', quantile }),
  },
  {
    pattern: new RegExp(`^(${NAME})\\.([a-z]+)\\.([a-z0-9.]+)$`),
    read(transaction, text, quantile = '') {
      const measure = MEASURES.find((name) => name === text);
      if (measure === undefined) return 'has an unknown measure';
      if (!new RegExp(`^${QUANTILE}$`).test(quantile)) return 'has an unknown percentile';
      return { kind: 'latency', transaction: transactionOf(transaction, 'all'), measure, quantile };
    },
  },
];

function transactionOf(name: string | undefined, all: string): string | null {
  return name === undefined || name === all ? null : name;
}

/** Reads the one-line text of a threshold; the grammar stands in `docs/scenario-reference.md`. */
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
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(text);
    if (match !== null) return read(...match.slice(1));
  }
  return 'has an unknown metric';
}

/** What would be right, from the known words of the form that the text comes closest to. */
function metricHint(text: string): string {
  const event = / per 1000 /.test(text) ? text.split(' per 1000 ')[0] : undefined;
  if (event !== undefined) return oneOf(event, THRESHOLD_EVENTS);
  const part = / of /.test(text) ? text.split(' of ')[0] : undefined;
  if (part !== undefined) return oneOf(part, THRESHOLD_PARTS);
  const [transaction, measure, ...quantile] = text.split('.');
  if (transaction !== undefined && measure !== undefined && quantile.length > 0) {
    return MEASURES.some((name) => name === measure)
      ? oneOf(quantile.join('.'), COMMON_QUANTILES)
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
  const factor = LIMITS[kind].factors[match[2] ?? ''];
  if (factor === undefined) return null;
  // Dividing keeps 0.1 % at the double nearest to 0.001; multiplying by 0.01 does not.
  const isShare = kind === 'share' || kind === 'client-busy';
  const limit = isShare ? Number(match[1]) / 100 : Number(match[1]) * factor;
  return isShare && limit > 1 ? null : limit;
}

function refuse(wrong: string, input: unknown, right: string): ParsedThreshold {
  return { ok: false, message: `${wrong} (got ${given(input)}) - ${right}` };
}
