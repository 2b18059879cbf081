import type { ParsedTransaction } from './transaction-definition.ts';

/** The names that a scenario may use. They come from the workloads, which this folder must not know. */
export interface Vocabulary {
  readonly transactions: readonly string[];
  /** Those of them that an application's rights are enough for. */
  readonly appTransactions: readonly string[];
  /**
   * Reads the file of a transaction that the scenario declares, its path as it stands there; or says
   * why it cannot be read. Absent: a scenario without a place has no files beside it.
   */
  readonly readTransaction?: (name: string, path: string) => ParsedTransaction | UnreadableFile;
}

export interface UnreadableFile {
  /** `there is no such file`. */
  readonly reason: string;
}
