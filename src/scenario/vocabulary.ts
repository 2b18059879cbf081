/** The names that a scenario may use. They come from the workloads, which this folder must not know. */
export interface Vocabulary {
  readonly transactions: readonly string[];
  /** Those of them that an application's rights are enough for. */
  readonly appTransactions: readonly string[];
}
