import type { ComparisonRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import { formatNoun, formatShare } from '../format.ts';

type Arm = ExperimentRecord['arms'][number];
type Difference = ExperimentRecord['differences'][number];

/** `5 runs on embedded PostgreSQL 18.4, 1 of them with the taint client-bound`. */
export function armPhrase({ runs, target, taints }: Arm): string {
  const told = taints
    .filter(({ level }) => level !== 'note')
    .map(({ rule, runs: tainted }) =>
      runs.length === 1 ? `taint ${rule}` : `taint ${rule} in ${tainted}`,
    );
  const tail = told.length === 0 ? '' : `; ${told.join(', ')}`;
  return `${formatNoun(runs.length, 'run')} on ${target}${tail}`;
}

const LONGEST_VALUE = 60;

/** `PostgreSQL: 17.5 | 18.4`. */
export function differencePhrase({ what, values }: Difference): string {
  return `${what}: ${values.map(shortened).join(' | ')}`;
}

function shortened(value: string): string {
  return value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE - 1)}…`;
}

/** How the bounds were made. */
export function methodPhrase(record: ExperimentRecord, { figures }: ComparisonRecord): string {
  const [shift] = figures.flatMap((figure) => figure.shift ?? []);
  const units = record.arms.map(({ runs }) => runs.length);
  const test =
    shift?.method === 'signed-rank'
      ? `${units[0]} pairs, exact signed-rank bounds`
      : `${units.join(' against ')} runs, exact rank-sum bounds`;
  const alpha =
    shift === undefined ? '' : `, each wrong with at most ${formatShare(shift.alpha, 1)}`;
  return `Change: Hodges-Lehmann shift; ${test}${shift?.alpha === 0 ? '' : alpha}. Detectable: the change that 4 of 5 such experiments would find.`;
}
