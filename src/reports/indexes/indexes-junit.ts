import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { renderSuite } from '../junit.ts';
import { cardsInOrder, indexesOf, shortName } from './index-phrases.ts';

/** Indexes as a JUnit test suite: none fails, what is undecided is skipped. */
export function renderIndexesJunit(record: ExperimentRecord): string {
  const { verdict, scenario, startedAt, id, cartloadVersion } = record;
  return renderSuite({
    name: scenario,
    cases: cardsInOrder(indexesOf(record)).map((card) => ({
      name: `${shortName(card.name)}: ${card.verdict}`,
      problem: card.verdict === 'undecided' ? { kind: 'skipped', message: card.reason } : null,
    })),
    seconds: 0,
    startedAt,
    host: '',
    properties: [
      ['experiment', id],
      ['verdict', verdict.sentence],
      ['cartload', cartloadVersion],
    ],
  });
}
