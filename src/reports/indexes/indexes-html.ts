import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { renderExperimentPage } from '../experiment/experiment-page.ts';
import { formatCount } from '../format.ts';
import { cardSection, missingSection, priceSection } from './card-sections.ts';
import {
  definitionsSection,
  duetSection,
  plansSection,
  usageSection,
} from './evidence-sections.ts';
import { indexesOf } from './index-phrases.ts';

/** The report card of all indexes as one HTML file. */
export function renderIndexesHtml(record: ExperimentRecord): string {
  const { verdict, scenario } = record;
  const indexes = indexesOf(record);
  const sections = [
    cardSection(record),
    priceSection(record),
    duetSection(record),
    indexes.missing.length === 0 ? null : missingSection(record),
    usageSection(record),
    plansSection(record),
    definitionsSection(record),
  ].filter((each) => each !== null);
  return renderExperimentPage({
    record,
    title: `${scenario}: indexes`,
    look: { icon: '✓', tone: 'good', word: 'Measured' },
    notes: verdict.reasons,
    facts: [
      ['Scenario', scenario],
      ['Indexes', formatCount(indexes.cards.length)],
    ],
    sections,
  });
}
