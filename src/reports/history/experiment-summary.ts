import type { ExperimentRecord } from '../../measurements/experiment-record.ts';

/** What the list of runs knows of an experiment. */
export interface ExperimentSummary {
  /** Name of its folder among the runs. */
  readonly folder: string;
  readonly startedAt: string;
  readonly kind: ExperimentRecord['kind'];
  readonly scenario: string;
  /** Names of its arms, the baseline first, or of its classes. */
  readonly arms: readonly string[];
  readonly status: ExperimentRecord['verdict']['status'];
  readonly sentence: string;
}

export function experimentSummaryOf(folder: string, record: ExperimentRecord): ExperimentSummary {
  const { startedAt, kind, scenario, arms, choice, verdict } = record;
  return {
    folder,
    startedAt,
    kind,
    scenario,
    arms: [
      ...arms.map(({ name, target, runs }) => (runs.length === 0 ? target : name)),
      ...(choice?.classes.map(({ name }) => name) ?? []),
    ],
    status: verdict.status,
    sentence: verdict.sentence,
  };
}
