import { describe, expect, test } from 'vitest';
import { CartloadError } from '../../../src/errors.ts';
import { overrideScenario, type ScenarioOverrides } from '../../../src/scenario/override.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { VOCABULARY } from './vocabulary.ts';

function scenario(load: string): Scenario {
  const text = `name: small\nload: { ${load}, duration: 1m }\nmix: { checkout: 1 }`;
  const parsed = parseScenario(text, 'small.yaml', VOCABULARY);
  if (!parsed.ok) throw new Error('the scenario of this test has problems');
  return parsed.scenario;
}

const OPEN = scenario('executor: constant-arrival-rate, rate: 10/s');
const CLOSED = scenario('executor: constant-vus, vus: 4');

function refusal(base: Scenario, overrides: ScenarioOverrides): CartloadError {
  try {
    overrideScenario(base, overrides);
  } catch (error) {
    if (error instanceof CartloadError) return error;
  }
  throw new Error('the overrides were not refused');
}

describe('overrideScenario', () => {
  test('changes nothing without overrides', () => {
    expect(overrideScenario(OPEN, {})).toEqual(OPEN);
    expect(overrideScenario(CLOSED, {})).toEqual(CLOSED);
  });

  test('replaces what is given and leaves the scenario alone', () => {
    const before = structuredClone(OPEN);
    expect(
      overrideScenario(OPEN, {
        durationMs: 1000,
        warmupMs: 200,
        ratePerSecond: 300,
        orders: 5000,
        seed: 7,
      }),
    ).toEqual({
      ...OPEN,
      dataset: { ...OPEN.dataset, orders: 5000, seed: 7 },
      load: { ...OPEN.load, durationMs: 1000, warmupMs: 200, ratePerSecond: 300 },
    });
    expect(OPEN).toEqual(before);
    expect(overrideScenario(CLOSED, { vus: 9 }).load).toEqual({ ...CLOSED.load, vus: 9 });
  });

  test('refuses an option of the other executor', () => {
    expect(refusal(CLOSED, { ratePerSecond: 300 })).toMatchObject({
      code: 'BAD_OPTION',
      message: '--rate 300/s does not fit the scenario small: its executor is constant-vus.',
      hint: expect.stringContaining('Use --vus'),
    });
    expect(refusal(OPEN, { vus: 3 }).message).toBe(
      '--vus 3 does not fit the scenario small: its executor is constant-arrival-rate.',
    );
  });

  test.each<[Scenario, ScenarioOverrides, string]>([
    [OPEN, { durationMs: 0 }, '--duration must be more than 0, got 0.'],
    [OPEN, { ratePerSecond: Number.NaN }, '--rate must be more than 0, got NaN.'],
    [OPEN, { orders: 1500 }, '--scale must be a multiple of 1000 orders, got 1500.'],
    [OPEN, { seed: 2 ** 32 }, '--seed must be a whole number from 0 to 4294967295'],
    [CLOSED, { vus: 1.5 }, '--vus must be a whole number from 1 to 10000, got 1.5.'],
  ])('refuses what is out of range', (base, overrides, message) => {
    expect(refusal(base, overrides).message).toContain(message);
  });
});

describe('options that only some executors take', () => {
  const ramping = parseScenario(
    'name: ramp\nload: { executor: ramping-vus, startVus: 1, stages: [{ duration: 10s, target: 4 }] }\nmix: { checkout: 1 }',
    'ramp.yaml',
    VOCABULARY,
  );
  if (!ramping.ok) throw new Error('the scenario of this test has problems');
  const RAMPING = ramping.scenario;
  const SHARED = scenario('executor: shared-iterations, vus: 4, iterations: 100');

  test.each<[Scenario, ScenarioOverrides, string]>([
    [RAMPING, { durationMs: 5000 }, '--duration 5s does not fit the scenario ramp'],
    [RAMPING, { vus: 3 }, '--vus 3 does not fit the scenario ramp'],
    [OPEN, { iterations: 10 }, '--iterations 10 does not fit the scenario small'],
    [SHARED, { iterations: 0.5 }, '--iterations must be a whole number'],
    [OPEN, { workers: 65 }, '--workers must be a whole number from 1 to 64, got 65.'],
    [OPEN, { workers: 9 }, '9 workers need at least 9 connections to the replica, got 8.'],
    [OPEN, { workers: 4, connections: 3 }, '4 workers need at least 4 connections to the primary'],
    [CLOSED, { workers: 5 }, '5 workers need at least as many users, got 4.'],
  ])('%# is refused', (base, overrides, message) => {
    expect(refusal(base, overrides).message).toContain(message);
  });

  test('are taken where they fit', () => {
    expect(overrideScenario(SHARED, { iterations: 7, vus: 2, workers: 2 }).load).toMatchObject({
      iterations: 7,
      vus: 2,
      workers: 2,
    });
    expect(overrideScenario(RAMPING, { connections: 100 }).load.connections.primary).toBe(100);
  });
});
