import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { renderSuite, type TestCase } from '../junit.ts';
import { choiceOf, decisionRows } from './class-phrases.ts';

/** Classes as a JUnit test suite: a case for each, which fails where it surely misses the objective. */
export function renderClassesJunit(record: ExperimentRecord): string {
  const { verdict, scenario, startedAt, id, cartloadVersion } = record;
  const { classes, objectivePerSecond } = choiceOf(record);
  return renderSuite({
    name: scenario,
    cases: classes.map((each): TestCase => {
      const { name, headlineCapacity, failure, limit } = each;
      const misses =
        objectivePerSecond !== null &&
        headlineCapacity !== null &&
        (headlineCapacity.upper ?? Number.POSITIVE_INFINITY) < objectivePerSecond;
      if (failure !== '') return { name, problem: { kind: 'error', message: failure } };
      if (misses) return { name, problem: { kind: 'failure', message: limit.sentence } };
      return {
        name,
        problem: headlineCapacity === null ? { kind: 'skipped', message: limit.sentence } : null,
      };
    }),
    seconds: 0,
    startedAt,
    host: '',
    properties: [
      ['experiment', id],
      [
        'classes',
        decisionRows(record)
          .map(({ name, takes }) => `${name}: ${takes}`)
          .join('; '),
      ],
      ['verdict', verdict.sentence],
      ['cartload', cartloadVersion],
    ],
  });
}
