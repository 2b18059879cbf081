import { executorFindings } from './executor-findings.ts';
import { asMap, type Finding, valueAt } from './finding.ts';
import { nearestFirst, suggestion } from './nearest.ts';
import { parseThreshold } from './parse-threshold.ts';
import { given, parseDurationMs, parseShare } from './units.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * What the shape of single values cannot say: names that must be known, keys that go together. The
 * data may still be wrong in shape, so each rule only looks at values that it can read.
 */
export function crossFieldFindings(data: unknown, vocabulary: Vocabulary): readonly Finding[] {
  const { transactions } = vocabulary;
  return [
    ...mixFindings(data, transactions),
    ...executorFindings(data),
    ...securityFindings(data, vocabulary),
    ...backoffFindings(data),
    ...thresholdFindings(data, transactions),
    ...capacityFindings(data),
  ];
}

function mixFindings(data: unknown, transactions: readonly string[]): readonly Finding[] {
  const mix = asMap(valueAt(data, ['mix']));
  if (mix === null) return [];
  const findings: Finding[] = [];
  for (const name of Object.keys(mix).filter((key) => !transactions.includes(key))) {
    const meant = suggestion(name, transactions);
    const known = `known are ${nearestFirst(name, transactions).join(', ')}`;
    findings.push({
      path: ['mix', name],
      anchor: 'key',
      message: `is not a known transaction (got ${given(name)}) - ${meant === null ? known : `did you mean ${meant}? ${known}`}`,
    });
  }
  if (Object.values(mix).every((weight) => weight === 0)) {
    const what = Object.keys(mix).length === 0 ? 'an empty map' : 'only 0';
    findings.push({
      path: ['mix'],
      anchor: 'key',
      message: `has no transaction to run (got ${what}) - give at least one transaction a weight above 0`,
    });
  }
  return findings;
}

/** An application has no rights on what triggers keep up, nor on the back office. */
function securityFindings(
  data: unknown,
  { transactions, appTransactions }: Vocabulary,
): readonly Finding[] {
  const role = valueAt(data, ['security', 'role']) ?? 'owner';
  if (role !== 'app') {
    if (valueAt(data, ['security', 'rowLevel']) !== true) return [];
    return [
      {
        path: ['security', 'rowLevel'],
        anchor: 'value',
        message: 'needs the role of an application (got true with role: owner) - write role: app',
      },
    ];
  }
  const logic = asMap(valueAt(data, ['logic'])) ?? {};
  const mix = asMap(valueAt(data, ['mix'])) ?? {};
  return [
    ...Object.keys(logic)
      .filter((duty) => logic[duty] === 'application')
      .map(
        (duty): Finding => ({
          path: ['logic', duty],
          anchor: 'value',
          message:
            'is beyond the rights of role: app (got application) - write trigger, or security: { role: owner }',
        }),
      ),
    ...Object.keys(mix)
      .filter((name) => transactions.includes(name) && mix[name] !== 0)
      .filter((name) => !appTransactions.includes(name))
      .map(
        (name): Finding => ({
          path: ['mix', name],
          anchor: 'key',
          message: `is beyond the rights of role: app (got ${given(mix[name])}) - leave it out, or write security: { role: owner }`,
        }),
      ),
  ];
}

function backoffFindings(data: unknown): readonly Finding[] {
  const path = ['retry', 'backoff'];
  const initial = valueAt(data, [...path, 'initial']) ?? '5ms';
  const max = valueAt(data, [...path, 'max']) ?? '200ms';
  const initialMs = parseDurationMs(initial);
  const maxMs = parseDurationMs(max);
  if (!initialMs.ok || !maxMs.ok || initialMs.value <= maxMs.value) return [];
  const key = valueAt(data, [...path, 'initial']) === undefined ? 'max' : 'initial';
  return [
    {
      path: [...path, key],
      anchor: 'value',
      message: `makes the first wait longer than the longest (got initial ${String(initial)}, max ${String(max)}) - write initial at most max`,
    },
  ];
}

function thresholdFindings(data: unknown, transactions: readonly string[]): readonly Finding[] {
  const thresholds = valueAt(data, ['thresholds']);
  const mix = asMap(valueAt(data, ['mix']));
  if (!Array.isArray(thresholds) || mix === null) return [];
  const names = Object.keys(mix).filter((name) => mix[name] !== 0);
  // A mistyped name of the mix is reported there, not again at each threshold that spells it right.
  const mistyped = names.map((name) => suggestion(name, transactions) ?? name);
  return thresholds.flatMap((text: unknown, index): readonly Finding[] => {
    const parsed = parseThreshold(text);
    if (!parsed.ok) return [];
    const { metric } = parsed.threshold;
    const transaction = 'transaction' in metric ? metric.transaction : null;
    if (transaction === null || names.includes(transaction) || mistyped.includes(transaction)) {
      return [];
    }
    return [
      {
        path: ['thresholds', index],
        anchor: 'value',
        message: `names a transaction that is not in the mix (got ${given(transaction)}) - the mix has ${nearestFirst(transaction, names).join(', ') || 'none'}`,
      },
    ];
  });
}

/** A search raises the rate until a limit is missed: it needs both. */
function capacityFindings(data: unknown): readonly Finding[] {
  const capacity = asMap(valueAt(data, ['capacity']));
  if (capacity === null) return [];
  const findings: Finding[] = [];
  const executor = valueAt(data, ['load', 'executor']);
  if (executor !== 'constant-arrival-rate') {
    findings.push({
      path: ['capacity'],
      anchor: 'key',
      message: `needs a rate to raise (got executor ${given(executor)}) - write executor: constant-arrival-rate`,
    });
  }
  const thresholds = valueAt(data, ['thresholds']);
  const limits = (Array.isArray(thresholds) ? thresholds : []).flatMap((text: unknown) => {
    const parsed = parseThreshold(text);
    return parsed.ok ? [parsed.threshold.metric] : [];
  });
  if (!limits.some((metric) => metric.kind === 'latency' && metric.measure === 'response')) {
    findings.push({
      path: ['capacity'],
      anchor: 'key',
      message:
        'needs a threshold on a response time, which every server misses at some rate (got none) - write such as checkout.response.p99 < 200ms',
    });
  }
  const precision = parseShare(capacity['precision'] ?? '5%');
  if (precision.ok && (precision.value < 0.01 || precision.value > 0.5)) {
    findings.push({
      path: ['capacity', 'precision'],
      anchor: 'value',
      message: `is out of range (got ${given(capacity['precision'])}) - write 1% to 50%`,
    });
  }
  return findings;
}
