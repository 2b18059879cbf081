import type { MeasuredIndex } from '../../measurements/index-record.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';

/** A replay's cost of all that comes with a thousand headline transactions of the mix. */
export interface MixCost {
  readonly buffers: number;
  readonly walBytes: number;
  readonly cpuMs: number | null;
}

/** How often each action of the mix comes for one headline transaction. */
export type MixWeights = Readonly<Record<string, number>>;

export function weightsOf(mix: Readonly<Record<string, number>>, headline: string): MixWeights {
  const unit = mix[headline] ?? 1;
  return Object.fromEntries(Object.entries(mix).map(([name, weight]) => [name, weight / unit]));
}

/** What a thousand headline transactions and what comes with them add up to. */
export function weigh(
  actions: readonly ReplayedAction[],
  weights: MixWeights,
  of: (action: ReplayedAction) => number,
): number {
  return 1000 * actions.reduce((total, each) => total + (weights[each.name] ?? 0) * of(each), 0);
}

/** The cost of a thousand headline transactions and of what comes with them. */
export function mixCost(actions: readonly ReplayedAction[], weights: MixWeights): MixCost {
  return {
    buffers: weigh(actions, weights, ({ buffers }) => buffers),
    walBytes: weigh(actions, weights, ({ walBytes }) => walBytes),
    cpuMs: actions.some(({ cpuMs }) => cpuMs === null)
      ? null
      : weigh(actions, weights, ({ cpuMs }) => cpuMs ?? 0),
  };
}

/** Scans of an index by a thousand headline transactions and what comes with them. */
export function scansOf(
  actions: readonly ReplayedAction[],
  weights: MixWeights,
  index: string,
): number {
  return weigh(actions, weights, ({ indexScans }) => indexScans[index] ?? 0);
}

/** Statements whose plan names an index. */
export function usersOf(actions: readonly ReplayedAction[], index: string): readonly string[] {
  // Parts of a partitioned index have names of their own that begin with that of their table; plans of
  // several parts are told by their kind alone, so that scans are the better witness there.
  const word = new RegExp(`[( ]${index.replace(/^shop\./, '')}[);]`);
  return actions.flatMap(({ statements }) =>
    statements
      .filter(({ plans }) => plans.some((plan) => word.test(`(${plan})`)))
      .map(({ name }) => name),
  );
}

/** Statements that have another plan, or another answer, on the other side. */
export function differencesOf(
  withIt: readonly ReplayedAction[],
  without: readonly ReplayedAction[],
): Pick<MeasuredIndex, 'plans' | 'otherAnswers'> {
  const plans: MeasuredIndex['plans'] = [];
  const otherAnswers: string[] = [];
  for (const action of withIt) {
    const other = without.find(({ name }) => name === action.name);
    for (const before of action.statements) {
      const after = other?.statements.find(({ name }) => name === before.name);
      if (after === undefined) continue;
      if (before.answers !== after.answers) otherAnswers.push(before.name);
      const isSame =
        before.plans.length === after.plans.length &&
        before.plans.every((plan) => after.plans.includes(plan));
      if (isSame) continue;
      plans.push({
        action: action.name,
        statement: before.name,
        with: before.plans,
        without: after.plans,
        buffersWith: before.buffers,
        buffersWithout: after.buffers,
      });
    }
  }
  return { plans, otherAnswers };
}
