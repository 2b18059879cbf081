import type { Scenario } from './scenario.ts';

/** The transaction that the figures of a mix lead with: `checkout` where it has it, else what it has most of. */
export function headlineOf({ mix }: Pick<Scenario, 'mix'>): string | null {
  const weights = Object.entries(mix);
  if (weights.some(([name]) => name === 'checkout')) return 'checkout';
  return weights.sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
