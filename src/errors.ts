/**
 * The one catalogue of what can go wrong for a user: each code and the exit code it ends the
 * program with. 2 = wrong usage or input, 5 = target unreachable or failed.
 */
const EXIT_CODES = {
  BAD_OPTION: 2,
  BAD_SCENARIO: 2,
  UNKNOWN_SCENARIO: 2,
  STATEMENT_REFUSED: 2,
  BAD_RUN_RECORD: 2,
  BAD_BASELINE: 2,
  BAD_PRICES: 2,
  BAD_CAMPAIGN: 2,
  BAD_TARGET: 2,
  OUTPUT_NOT_WRITABLE: 2,
  FOREIGN_DATABASE: 2,
  PRODUCTION_DATABASE: 2,
  TARGET_IN_USE: 2,
  TARGET_IS_REPLICA: 2,
  REPLICA_IS_PRIMARY: 2,
  REPLICA_OF_ANOTHER: 2,
  UNSUPPORTED_SERVER: 2,
  WRONG_DATASET: 2,
  DATASET_NOT_LOADED: 2,
  LOGIC_DIFFERS: 2,
  CLUSTER_BUSY: 2,
  NO_BINARIES: 2,
  DISK_FULL: 2,
  CLUSTER_FAILED: 5,
  TARGET_UNREACHABLE: 5,
  PRICES_UNREACHABLE: 5,
  WRONG_PASSWORD: 5,
  TARGET_FAILED: 5,
  REPLICA_BEHIND: 5,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface CartloadErrorOptions {
  /** What the user can do about it: one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error that a user can do something about. It is shown as one sentence and a hint, never as a
 * stack trace. The message names the thing and the value that was received.
 */
export class CartloadError extends Error {
  override readonly name = 'CartloadError';
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: CartloadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exitCode = EXIT_CODES[code];
    this.hint = options.hint;
  }
}

/** Ended on the user's wish (Ctrl-C, SIGTERM). Carried as the reason of every `AbortSignal`. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
