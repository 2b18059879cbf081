import type {
  ComparisonRecord,
  ExperimentRecord,
  TransferRecord,
} from '../../measurements/experiment-record.ts';
import { formatNoun, formatPeriod, formatShare, formatSignificant } from '../format.ts';

type Arm = ExperimentRecord['arms'][number];
type Difference = ExperimentRecord['differences'][number];

/** `5 runs on embedded PostgreSQL 18.4; taint client-bound in 1`; an arm without runs of its own is just named. */
export function armPhrase({ runs, target, taints }: Arm): string {
  const told = taints
    .filter(({ level }) => level !== 'note')
    .map(({ rule, runs: tainted }) =>
      runs.length === 1 ? `taint ${rule}` : `taint ${rule} in ${tainted}`,
    );
  if (runs.length === 0) return target;
  const tail = told.length === 0 ? '' : `; ${told.join(', ')}`;
  return `${formatNoun(runs.length, 'run')} on ${target}${tail}`;
}

/** Of verdicts in a terminal. */
export const VERDICT_COLORS = {
  pass: 'green',
  improvement: 'green',
  regression: 'red',
  invalid: 'red',
  incomparable: 'red',
  undecided: 'yellow',
} as const;

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
  const [from, to] = [figures[0]?.baseline.length ?? 0, figures[0]?.candidate.length ?? 0];
  const test =
    shift?.method === 'signed-rank'
      ? `${from} ${record.duet === null ? 'pairs' : 'clone pairs'}, exact signed-rank bounds`
      : `${from} against ${to} runs, exact rank-sum bounds`;
  const alpha =
    shift === undefined ? '' : `, each wrong with at most ${formatShare(shift.alpha, 1)}`;
  return `Change: Hodges-Lehmann shift; ${test}${shift?.alpha === 0 ? '' : alpha}. Detectable: the change that 4 of 5 such experiments would find.`;
}

/** How a duet was made and what it looked like on the way; empty where there was none. */
export function duetSentence({ duet, headline }: ExperimentRecord): string {
  if (duet === null) return '';
  const { ratePerSecond, pairs, isPinned, looks, blockMs, othersShare } = duet;
  const where = isPinned ? 'servers kept on the same processors' : 'servers that the system placed';
  const seen = looks.map(
    ({ clonePairs, isConfirmation, verdict }) =>
      `${isConfirmation ? 'confirmation' : 'look'} after ${clonePairs}: ${verdict}`,
  );
  const others = othersShare.flatMap((share) => share ?? []);
  const host =
    others.length === 0
      ? ''
      : ` Others took up to ${formatShare(Math.max(...others), 1)} of the machine.`;
  return `Both at once, ${formatSignificant(ratePerSecond)} actions/s each, ${where}: ${formatNoun(pairs, 'pair')} of actions in ${formatNoun(othersShare.length, 'clone pair')} of two blocks of ${formatPeriod(blockMs)}${seen.length === 0 ? '' : ` (${seen.join(', ')})`}.${host} ${transferPhrase(duet.transfer, headline)}`;
}

/** How much of a known CPU cost a duet sees in service times. */
export function transferPhrase(transfer: TransferRecord | null, headline: string | null): string {
  if (transfer === null) {
    return 'How much of a known cost its service times show is not known here: cartload gate --self-test measures it.';
  }
  const { injectedMs, seenMs } = transfer;
  const ms = (value: number) => `${formatSignificant(value)} ms`;
  return `Of ${ms(injectedMs)} of CPU added to each ${headline ?? 'action'} its service times show ${ms(seenMs)} (transfer factor ${(seenMs / injectedMs).toFixed(2)}, by the self-test).`;
}
