import type { Arm } from '../../experiments/arms/arm.ts';

/** What a command asks of the indexes of a shop. */
export interface IndexQuestion {
  readonly arm: Arm;
  readonly headline: string | null;
  /** One index by its name; null: all. */
  readonly only: string | null;
  /** Of the clock of `performance.now()`: no more is begun that would end later. */
  readonly endsAt: number;
}
