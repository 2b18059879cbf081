import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { Arm } from '../arms/arm.ts';
import type { GateOutcome } from './run-gate.ts';

const SENTENCES: Readonly<Record<GateOutcome['status'], string>> = {
  pass: 'The candidate is no worse than the baseline.',
  regression: 'The candidate is worse than the baseline.',
  improvement: 'The candidate is better than the baseline.',
  undecided: 'It cannot be told whether the candidate is worse than the baseline.',
  invalid: 'Nothing valid was measured.',
};

/** The record of a gate. */
export function gateRecord(
  outcome: GateOutcome,
  options: Pick<ExperimentRecord, 'id' | 'startedAt' | 'cartloadVersion' | 'command'> & {
    readonly baseline: Arm;
    readonly candidate: Arm;
  },
): ExperimentRecord {
  const { baseline, candidate, ...identity } = options;
  const { replay, duet, headline, comparison, status, reasons } = outcome;
  return {
    schemaVersion: 1,
    ...identity,
    kind: 'gate',
    arms: [baseline, candidate].map(({ name, label }) => ({
      name,
      target: label,
      runs: [],
      taints: [],
      response: null,
    })),
    scenario: candidate.scenario.name,
    headline,
    differences: differencesOf(baseline, candidate),
    comparisons: comparison === null ? [] : [comparison],
    replay,
    duet,
    choice: null,
    indexes: null,
    verdict: { status, sentence: SENTENCES[status], reasons: [...reasons] },
  };
}

/** What the commits do not have in common, as far as it shows from outside. */
function differencesOf(baseline: Arm, candidate: Arm): ExperimentRecord['differences'] {
  const parts = [
    'checkout',
    'logic',
    'security',
    'isolation',
    'retry',
    'timeouts',
    'settings',
  ] as const;
  const scenario = parts.map((part) => ({
    what: part as string,
    values: [baseline, candidate].map((arm) => JSON.stringify(arm.scenario[part])),
  }));
  const prints = (arm: Arm) => new Map(arm.code.migrations.map(({ name, hash }) => [name, hash]));
  const [before, after] = [prints(baseline), prints(candidate)];
  const migrations = [...new Set([...before.keys(), ...after.keys()])].sort().map((name) => ({
    what: `migration ${name}`,
    values: [before.get(name) ?? 'none', after.get(name) ?? 'none'],
  }));
  return [...migrations, ...scenario]
    .filter(({ values }) => values[0] !== values[1])
    .map((each) => ({ ...each, kind: 'subject' as const }));
}
