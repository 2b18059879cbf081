import { describe, expect, test } from 'vitest';
import { decide, LOOKS } from '../../../src/experiments/duet/decide.ts';
import { GATE_MARGINS } from '../../../src/experiments/duet/duet-figures.ts';
import { marginsFrom, simulateGates } from '../../../src/experiments/gate/simulate-gates.ts';
import { type PairShape, samplePair } from '../../helpers/sample-pair.ts';

/** Decides by pairs of these shapes, one after another; null: the budget has ended. */
function decideBy(shapeOf: (pair: number) => PairShape | null) {
  let drawn = 0;
  return decide(
    async () => {
      const shape = shapeOf(drawn);
      return shape === null ? null : samplePair(drawn++, shape);
    },
    'checkout',
    GATE_MARGINS,
  );
}

describe('decide', () => {
  test('equal arms pass at the first look', async () => {
    const { status, looks } = await decideBy(() => ({}));
    expect(status).toBe('pass');
    expect(looks).toEqual([{ clonePairs: LOOKS[0], isConfirmation: false, verdict: 'pass' }]);
  });

  test('a regression is found, and found again on new clones', async () => {
    const { status, looks, reasons, measured, figures } = await decideBy(() => ({ factor: 1.1 }));
    expect(status).toBe('regression');
    expect(looks.map(({ isConfirmation, verdict }) => [isConfirmation, verdict])).toEqual([
      [false, 'regression'],
      [true, 'regression'],
    ]);
    expect(reasons).toEqual(['It was found again on new clones.']);
    expect(measured).toHaveLength(24);
    expect(figures.find(({ name }) => name === 'server CPU per action')).toMatchObject({
      verdict: 'regression',
      shift: { estimate: expect.closeTo(0.1, 1) },
    });
  });

  test('a red that new clones do not show is undecided', async () => {
    const { status, reasons } = await decideBy((pair) => ({ factor: pair < 12 ? 1.1 : 1 }));
    expect(status).toBe('undecided');
    expect(reasons).toEqual(['It was not found again on new clones.']);
  });

  test('an improvement', async () => {
    expect((await decideBy(() => ({ factor: 0.85 }))).status).toBe('improvement');
  });

  test('noise leads to a second look, and then to "cannot tell"', async () => {
    const { status, looks } = await decideBy(() => ({ noise: 0.12 }));
    expect(looks.map(({ clonePairs }) => clonePairs)).toEqual([12, 24]);
    expect(status).toBe('undecided');
  });

  test('failures alone are a regression', async () => {
    const { status, figures } = await decideBy(() => ({ failed: 0.02 }));
    expect(status).toBe('regression');
    expect(figures.find(({ name }) => name === 'failed share')?.verdict).toBe('regression');
  });

  test('on a machine that others use no red is believed', async () => {
    const { status, reasons } = await decideBy(() => ({ factor: 1.1, othersShare: 0.4 }));
    expect(status).toBe('invalid');
    expect(reasons.join()).toContain('Others took so much of the machine');
    expect((await decideBy(() => ({ othersShare: 0.4 }))).status).toBe('pass');
  });

  test('a budget that ends in between decides nothing, and says how far it came', async () => {
    const early = await decideBy((pair) => (pair < 5 ? { factor: 1.1 } : null));
    expect(early.status).toBe('undecided');
    expect(early.reasons).toEqual(['The budget ended after 5 of 12 clone pairs.']);
    expect(early.figures.length).toBeGreaterThan(0);
    const late = await decideBy((pair) => (pair < 14 ? { factor: 1.1 } : null));
    expect(late.status).toBe('undecided');
    expect(late.reasons).toEqual([
      'The budget ended before it could be looked for again on new clones.',
    ]);
    expect(await decideBy(() => null)).toMatchObject({ status: 'undecided', figures: [] });
  });
});

describe('simulateGates', () => {
  const draw = (count: number, shape: PairShape) =>
    Array.from({ length: count }, (_, pair) => samplePair(pair, shape));
  const simulate = (shape: PairShape, areArmsEqual: boolean) =>
    simulateGates({
      pairs: draw(30, shape),
      headline: 'checkout',
      margins: GATE_MARGINS,
      gates: 200,
      seed: 1,
      areArmsEqual,
    });

  test('equal arms are never red, whatever the noise; only less often decided', async () => {
    const quiet = await simulate({}, true);
    expect(quiet).toMatchObject({ pass: 200 });
    const noisy = await simulate({ noise: 0.1 }, true);
    expect(noisy.regression).toBe(0);
    expect(noisy.undecided).toBeGreaterThan(100);
  });

  test('an effect well beyond the margin is nearly always found', async () => {
    expect((await simulate({ factor: 1.07 }, false)).regression).toBeGreaterThanOrEqual(190);
  });

  test('margins stay as they are on a quiet machine, and widen with its noise', () => {
    expect(marginsFrom(draw(24, { noise: 0.005 }), 'checkout', 1)).toEqual(GATE_MARGINS);
    const wider = marginsFrom(draw(24, { noise: 0.1 }), 'checkout', 1);
    expect(wider.cpu).toBeGreaterThan(2 * GATE_MARGINS.cpu);
    expect(wider.paired).toBeGreaterThan(GATE_MARGINS.paired);
  });
});
