import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexRecord } from '../../measurements/index-record.ts';

/** The record of an experiment on indexes. */
export function indexExperimentRecord(
  indexes: IndexRecord,
  identity: Pick<
    ExperimentRecord,
    'id' | 'startedAt' | 'cartloadVersion' | 'command' | 'scenario'
  > & {
    readonly headline: string;
  },
): ExperimentRecord {
  return {
    schemaVersion: 1,
    ...identity,
    kind: 'indexes',
    arms: [],
    differences: [],
    comparisons: [],
    replay: null,
    duet: null,
    choice: null,
    indexes,
    verdict: { status: 'pass', sentence: sentenceOf(indexes), reasons: indexes.notes },
  };
}

function sentenceOf({ cards, missing }: IndexRecord): string {
  const drops = cards.filter(({ verdict }) => verdict === 'drop candidate');
  const kept = cards.filter(({ verdict }) => verdict === 'keep').length;
  const wanted = missing.filter(({ verdict }) => verdict === 'worth it').length;
  const bytes = drops.reduce((sum, each) => sum + each.bytes, 0);
  const parts = [
    `${kept} of ${cards.length} indexes earn their keep`,
    drops.length === 0
      ? 'none is a candidate to drop'
      : `${drops.length} ${drops.length === 1 ? 'is a candidate' : 'are candidates'} to drop (${(bytes / 1024 ** 2).toFixed(1)} MiB)`,
    ...(wanted === 0
      ? []
      : [`${wanted} that ${wanted === 1 ? 'is' : 'are'} missing would be worth it`]),
  ];
  return `${parts.join(', ')}, for this mix.`;
}
