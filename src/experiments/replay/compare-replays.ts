import type {
  PlanChange,
  ReplayedAction,
  ReplayFinding,
  ReplayRecord,
} from '../../measurements/replay-record.ts';

type Found = Pick<ReplayRecord, 'findings' | 'planChanges' | 'notes'>;

interface Measure {
  readonly name: ReplayFinding['measure'];
  readonly of: (action: ReplayedAction) => number;
  /** Changes up to here do not matter: a share of the baseline, and a number. */
  readonly margin: number;
  readonly floor: number;
}

/**
 * A replay repeats to the buffer, and to the byte of the log but for a few that come from pruning: what
 * lies above these margins is a change, not noise. They say what is worth a red build.
 */
const MEASURES: readonly Measure[] = [
  { name: 'buffers', of: ({ buffers }) => buffers, margin: 0.05, floor: 1 },
  { name: 'walBytes', of: ({ walBytes }) => walBytes, margin: 0.05, floor: 64 },
  {
    name: 'failed',
    of: ({ outcomes, executions }) => outcomes.failed / executions,
    margin: 0,
    floor: 0.001,
  },
];

/** What one replay does differently from another, action by action. */
export function compareReplays(
  baseline: readonly ReplayedAction[],
  candidate: readonly ReplayedAction[],
): Found {
  const findings: ReplayFinding[] = [];
  const planChanges: PlanChange[] = [];
  const notes: string[] = [];
  for (const before of baseline) {
    const after = candidate.find(({ name }) => name === before.name);
    if (after === undefined) continue;
    findings.push(...findingsOf(before, after));
    planChanges.push(...planChangesOf(before, after));
    notes.push(...notesOf(before, after));
  }
  return { findings, planChanges, notes };
}

/** Keeps what was found in both of two comparisons, as the first has it. */
export function foundTwice(first: Found, second: Found): Found {
  const again = (finding: ReplayFinding) =>
    second.findings.some(
      ({ action, measure, direction }) =>
        action === finding.action && measure === finding.measure && direction === finding.direction,
    );
  const changedAgain = (change: PlanChange) =>
    second.planChanges.some(({ statement }) => statement === change.statement);
  return {
    findings: first.findings.filter(again),
    planChanges: first.planChanges.filter(changedAgain),
    notes: first.notes,
  };
}

export function replayVerdict({ findings }: Pick<Found, 'findings'>): ReplayRecord['verdict'] {
  if (findings.some(({ direction }) => direction === 'worse')) return 'regression';
  return findings.length > 0 ? 'improvement' : 'pass';
}

function findingsOf(before: ReplayedAction, after: ReplayedAction): ReplayFinding[] {
  return MEASURES.flatMap(({ name, of, margin, floor }) => {
    const [baseline, candidate] = [of(before), of(after)];
    const change = Math.abs(candidate - baseline);
    if (change < floor || change <= margin * baseline) return [];
    return [
      {
        action: before.name,
        measure: name,
        baseline,
        candidate,
        direction: candidate > baseline ? ('worse' as const) : ('better' as const),
        statements: evidenceOf(before, after, name),
      },
    ];
  });
}

const MOST_EVIDENCE = 5;

function evidenceOf(
  before: ReplayedAction,
  after: ReplayedAction,
  measure: ReplayFinding['measure'],
): ReplayFinding['statements'] {
  if (measure === 'failed') return [];
  const counter = measure === 'buffers' ? 'buffers' : 'walRecords';
  const names = new Set([...before.statements, ...after.statements].map(({ name }) => name));
  const found = [...names].map((name) => {
    const [baseline = null, candidate = null] = [before, after].map(({ statements }) =>
      statements.find((each) => each.name === name),
    );
    const share = (side: typeof baseline, { executions }: ReplayedAction) =>
      side === null ? 0 : (side[counter] * side.calls) / executions;
    return { name, baseline, candidate, change: share(candidate, after) - share(baseline, before) };
  });
  return found
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, MOST_EVIDENCE)
    .map(({ name, baseline, candidate }) => ({ name, baseline, candidate }));
}

function planChangesOf(before: ReplayedAction, after: ReplayedAction): PlanChange[] {
  return before.statements.flatMap(({ name, plans }) => {
    const other = after.statements.find((each) => each.name === name);
    if (other === undefined) return [];
    const isSame =
      plans.length === other.plans.length && plans.every((plan) => other.plans.includes(plan));
    if (isSame) return [];
    return [{ action: before.name, statement: name, baseline: plans, candidate: other.plans }];
  });
}

function notesOf(before: ReplayedAction, after: ReplayedAction): string[] {
  const { name, executions } = before;
  const notes: string[] = [];
  if (before.outcomes.rejected !== after.outcomes.rejected) {
    notes.push(
      `${name}: ${after.outcomes.rejected} of ${executions} were rejected by a business rule, before it were ${before.outcomes.rejected}.`,
    );
  }
  if (before.rows !== after.rows) {
    notes.push(
      `${name}: its statements return or change ${round(after.rows)} rows, before it were ${round(before.rows)}.`,
    );
  }
  return notes;
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}
