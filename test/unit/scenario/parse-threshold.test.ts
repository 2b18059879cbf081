import { describe, expect, test } from 'vitest';
import { parseThreshold } from '../../../src/scenario/parse-threshold.ts';

function latency(transaction: string, measure: string, quantile: string) {
  return { kind: 'latency', transaction, measure, quantile };
}

describe('parseThreshold', () => {
  test.each([
    ['checkout.response.p99 < 150ms', latency('checkout', 'response', 'p99'), '<', 150],
    ['search.service.p99.9 <= 2s', latency('search', 'service', 'p99.9'), '<=', 2000],
    ['view_cart.lag.max<1.5 ms', latency('view_cart', 'lag', 'max'), '<', 1.5],
    [
      'deadlocks per 1000 checkout < 5',
      { kind: 'per-thousand', event: 'deadlocks', transaction: 'checkout' },
      '<',
      5,
    ],
    [
      'serialization failures per 1000 checkout <= 0.5',
      { kind: 'per-thousand', event: 'serialization failures', transaction: 'checkout' },
      '<=',
      0.5,
    ],
    ['failed of arrivals < 0.1%', { kind: 'share', part: 'failed', transaction: null }, '<', 0.001],
    ['late of search < 7%', { kind: 'share', part: 'late', transaction: 'search' }, '<', 0.07],
    ['all.response.p75 < 1s', { ...latency('', 'response', 'p75'), transaction: null }, '<', 1000],
    ['checkout.response.p99.95 < 1s', latency('checkout', 'response', 'p99.95'), '<', 1000],
    [
      'statement checkout.take_stock on primary p99 < 5ms',
      { kind: 'statement', statement: 'checkout.take_stock', node: 'primary', quantile: 'p99' },
      '<',
      5,
    ],
    [
      'statement commit max < 5ms',
      { kind: 'statement', statement: 'commit', node: null, quantile: 'max' },
      '<',
      5,
    ],
    [
      'give-ups per 1000 arrivals <= 1',
      { kind: 'per-thousand', event: 'give-ups', transaction: null },
      '<=',
      1,
    ],
    [
      'in doubt of checkout < 1%',
      { kind: 'share', part: 'in doubt', transaction: 'checkout' },
      '<',
      0.01,
    ],
    [
      'stale of track_order < 1%',
      { kind: 'share', part: 'stale', transaction: 'track_order' },
      '<',
      0.01,
    ],
    ['offered > 190/s', { kind: 'offered', transaction: null }, '>', 190],
    ['replica age p95 < 250ms', { kind: 'replica-age', quantile: 'p95' }, '<', 250],
    ['client busy < 80%', { kind: 'client-busy' }, '<', 0.8],
    ['timer lag p99 < 1ms', { kind: 'timer-lag', quantile: 'p99' }, '<', 1],
    ['goodput > 150/s', { kind: 'goodput', transaction: null }, '>', 150],
    ['checkout.goodput >= 20 /s', { kind: 'goodput', transaction: 'checkout' }, '>=', 20],
  ])('reads %s', (text, metric, comparison, limit) => {
    expect(parseThreshold(text)).toEqual({
      ok: true,
      threshold: { text, metric, comparison, limit },
    });
  });

  test('keeps the text with its blanks in order', () => {
    expect(parseThreshold('  failed   of arrivals <  1% ')).toMatchObject({
      threshold: { text: 'failed of arrivals < 1%' },
    });
  });

  test.each([
    ['checkout.response.p99 < 150', 'has a limit that is not in the unit of checkout.response.p99'],
    ['checkout.response.p99 < 15%', 'write milliseconds or seconds, such as 150ms or 2s'],
    ['deadlocks per 1000 checkout < 5ms', 'write a bare number, such as 5'],
    ['failed of arrivals < 0.1', 'write a percentage from 0% to 100%, such as 0.1%'],
    ['failed of arrivals < 101%', 'write a percentage from 0% to 100%'],
    ['goodput > 150', 'write commits per second, such as 150/s'],
    ['goodput > -1/s', 'write commits per second'],
    ['checkout.respons.p99 < 1s', 'did you mean response? known are response,'],
    ['checkout.response.p101 < 1s', 'known are p'],
    ['checkout.response.q99 < 1s', 'has an unknown percentile'],
    ['replica age p99 < 1s', 'has an unknown percentile'],
    ['statement x p99 < 5%', 'write milliseconds or seconds'],
    ['deadlock per 1000 checkout < 5', 'did you mean deadlocks?'],
    ['fialed of arrivals < 1%', 'did you mean failed?'],
    ['p99 < 5ms', 'has an unknown metric (got "p99")'],
    ['Checkout.response.p99 < 5ms', 'has an unknown metric'],
    ['checkout.response.p99 150ms', 'is not one comparison of a metric with a limit'],
    ['1 < goodput < 5', 'is not one comparison'],
    ['goodput = 5/s', 'is not one comparison'],
    ['', 'is not one comparison'],
    [5, 'is not a threshold (got 5)'],
    [null, 'is not a threshold (got nothing)'],
  ])('refuses %j', (input, message) => {
    const parsed = parseThreshold(input);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok || parsed.message).toContain(message);
  });
});
