import type { Scenario } from '../../scenario/scenario.ts';
import type { CodeBase } from './code-base.ts';

/** One side of an experiment. The engine that runs it is always that of the running build. */
export interface Arm {
  /** `baseline` or `candidate`, and part of the names of its databases. */
  readonly name: string;
  /** What it is, for people: a commit, the working tree. */
  readonly label: string;
  readonly code: CodeBase;
  readonly scenario: Scenario;
}
