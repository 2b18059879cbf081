import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { renderSuite, type TestCase } from '../junit.ts';
import { formatEstimate, formatInterval, VERDICT_WORDS } from './figure-text.ts';
import { findingPhrase } from './replay-text.ts';

/**
 * The experiment as a JUnit test suite: a case for its validity, one for each kind of action that was
 * replayed and one for each figure that decides. What is undecided is skipped, with what was seen.
 */
export function renderExperimentJunit(record: ExperimentRecord): string {
  const { verdict, scenario, arms, startedAt, id, cartloadVersion } = record;
  const isBroken = verdict.status === 'invalid' || verdict.status === 'incomparable';
  const cases: TestCase[] = [
    {
      name: 'the comparison is valid',
      problem: isBroken
        ? { kind: 'error', message: [verdict.sentence, ...verdict.reasons].join(' ') }
        : null,
    },
    ...replayCases(record),
    ...figureCases(record),
  ];
  return renderSuite({
    name: scenario,
    cases,
    seconds: 0,
    startedAt,
    host: '',
    properties: [
      ['experiment', id],
      ['arms', arms.map(({ name, target }) => `${name}: ${target}`).join('; ')],
      ['verdict', verdict.sentence],
      ['cartload', cartloadVersion],
    ],
  });
}

function replayCases({ replay }: ExperimentRecord): readonly TestCase[] {
  if (replay === null) return [];
  return replay.baseline.map(({ name }) => {
    const worse = replay.findings.filter(
      ({ action, direction }) => action === name && direction === 'worse',
    );
    return {
      name: `replay of ${name}`,
      problem:
        worse.length === 0
          ? null
          : { kind: 'failure', message: worse.map(findingPhrase).join('; ') },
    };
  });
}

function figureCases({ arms, comparisons, verdict }: ExperimentRecord): readonly TestCase[] {
  // A red that was not confirmed, or is not believed, is none.
  const isRed = verdict.status === 'regression';
  return comparisons.flatMap(({ arm, figures }) =>
    figures
      .filter(({ isPrimary }) => isPrimary)
      .map((figure): TestCase => {
        const message = `${VERDICT_WORDS[figure.verdict]}: ${formatEstimate(figure)} (${formatInterval(figure)})`;
        const isTold = figure.verdict === 'pass' || figure.verdict === 'improvement';
        const kind = isRed && figure.verdict === 'regression' ? 'failure' : 'skipped';
        return {
          name: `${figure.name} of ${arms[arm]?.name ?? ''}`,
          problem: isTold ? null : { kind, message },
        };
      }),
  );
}
