import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The CPU that one backend of a server on this machine has used, to the nanosecond: `schedstat` of its
 * process. Some 4 us a reading, so it can be read at every transaction.
 */
export class BackendCpu {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(64);

  private constructor(file: number) {
    this.#file = file;
  }

  /** Null where the system has no such file, or the server is elsewhere. */
  static open(host: string, backendPid: number): BackendCpu | null {
    if (!/^(127\.|localhost$|::1$|\/)/.test(host)) return null;
    try {
      return new BackendCpu(openSync(`/proc/${backendPid}/schedstat`, 'r'));
    } catch {
      return null;
    }
  }

  /** Milliseconds since it was born; NaN once it has gone. */
  readMs(): number {
    try {
      const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
      // Nanoseconds on a processor, nanoseconds waiting for one, stretches.
      return Number.parseInt(this.#buffer.toString('latin1', 0, length), 10) / 1e6;
    } catch {
      return Number.NaN;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
