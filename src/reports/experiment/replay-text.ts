import type {
  ReplayedAction,
  ReplayFinding,
  ReplayRecord,
} from '../../measurements/replay-record.ts';
import { formatBytes, formatNoun, formatShare, formatSignificant } from '../format.ts';

const MEASURES: Readonly<
  Record<
    ReplayFinding['measure'],
    { readonly words: string; readonly format: (value: number) => string }
  >
> = {
  buffers: { words: 'buffers', format: formatSignificant },
  walBytes: { words: 'WAL', format: formatBytes },
  failed: { words: 'failures', format: (value) => formatShare(value, 1) },
};

/** `checkout: buffers 400 -> 2,310 (+478 %)`. */
export function findingPhrase({ action, measure, baseline, candidate }: ReplayFinding): string {
  const { words, format } = MEASURES[measure];
  return `${action}: ${words} ${format(baseline)} -> ${format(candidate)} per action${changePhrase(baseline, candidate)}`;
}

function changePhrase(baseline: number, candidate: number): string {
  if (baseline === 0) return '';
  const percent = 100 * (candidate / baseline - 1);
  return ` (${percent > 0 ? '+' : ''}${formatSignificant(percent, 1)} %)`;
}

/** What a statement did before and does now: its name and cost, and its plans where they changed. */
export interface StatementPhrase {
  readonly cost: string;
  readonly plans: { readonly before: string; readonly after: string } | null;
}

export function statementPhrases({
  measure,
  statements,
}: ReplayFinding): readonly StatementPhrase[] {
  const unit = measure === 'buffers' ? 'buffers' : 'walRecords';
  const words = measure === 'buffers' ? 'buffers' : 'WAL records';
  const value = (side: ReplayedAction['statements'][number] | null) =>
    side === null ? 'not run' : formatSignificant(side[unit]);
  return statements.map(({ name, baseline, candidate }) => {
    const [before, after] = [baseline, candidate].map((side) => (side?.plans ?? []).join(' or '));
    return {
      cost: `${name}: ${value(baseline)} -> ${value(candidate)} ${words} a call`,
      plans:
        baseline === null || candidate === null || before === after
          ? null
          : { before: before ?? '', after: after ?? '' },
    };
  });
}

/** What the replay came to, in one sentence. */
export function replaySentence({
  baseline,
  executions,
  findings,
  planChanges,
}: ReplayRecord): string {
  const worse = findings.filter(({ direction }) => direction === 'worse').length;
  const better = findings.length - worse;
  const found = [
    ...(worse === 0 ? [] : [`${formatNoun(worse, 'change')} for the worse`]),
    ...(better === 0 ? [] : [`${formatNoun(better, 'change')} for the better`]),
    ...(planChanges.length === 0 ? [] : [formatNoun(planChanges.length, 'changed plan')]),
  ];
  const what = found.length === 0 ? 'nothing that costs the server more or less' : found.join(', ');
  return `Replay of ${formatNoun(baseline.length, 'kind')} of action, ${executions} times each: ${what}.`;
}

/** Lines for a terminal. */
export function replayLines(replay: ReplayRecord): readonly string[] {
  return [
    replaySentence(replay),
    ...replay.findings.flatMap((finding) => [
      `  ${finding.direction.padEnd(6)} ${findingPhrase(finding)}`,
      ...statementPhrases(finding).flatMap(({ cost, plans }) => [
        `           ${cost}`,
        ...(plans === null
          ? []
          : [`             was ${plans.before}`, `             is  ${plans.after}`]),
      ]),
    ]),
    ...otherPlanChanges(replay).flatMap(({ statement, baseline, candidate }) => [
      `  plan   ${statement}`,
      `             was ${baseline.join(' or ')}`,
      `             is  ${candidate.join(' or ')}`,
    ]),
    ...replay.notes.map((note) => `  note   ${note}`),
  ];
}

/** Changed plans that no finding shows. */
export function otherPlanChanges({ findings, planChanges }: ReplayRecord) {
  const shown = new Set(findings.flatMap(({ statements }) => statements.map(({ name }) => name)));
  return planChanges.filter(({ statement }) => !shown.has(statement));
}
