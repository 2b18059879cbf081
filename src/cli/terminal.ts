import { redactSecrets } from '../database/server-address.ts';

/** Where words go. Results are for stdout; everything said to a person meanwhile is for stderr. */
export interface Terminal {
  /** The result of the command. */
  print(text: string): void;
  /** A result that is meant to hold a password; everywhere else passwords are blotted out. */
  printSecret(text: string): void;
  /** One finished sentence. */
  say(text: string): void;
  /** The state of something that lasts: redrawn in place, or a line every five seconds. */
  live(text: string): void;
  /** Why stdout could not be written; null when all went well, or the reader just went away. */
  readonly outputError: Error | null;
  readonly color: boolean;
  readonly width: number;
}

const LINE_EVERY_MS = 5000;
const ERASE_LINE = '\r\x1b[2K';

export function createTerminal(options: { readonly color: boolean | undefined }): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has seen enough (`| head`) closes the pipe, and a closed terminal (EIO) hears nothing
  // any more: neither ends the work.
  stderr.on('error', () => {});
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') outputError = error;
  });
  let outputError: Error | null = null;
  let isLiveShown = false;
  let lastLineAt = Number.NEGATIVE_INFINITY;
  const clearLive = () => {
    if (isLiveShown) stderr.write(ERASE_LINE);
    isLiveShown = false;
  };
  return {
    print(text) {
      clearLive();
      stdout.write(`${redactSecrets(text)}\n`);
    },
    printSecret(text) {
      clearLive();
      stdout.write(`${text}\n`);
    },
    say(text) {
      clearLive();
      stderr.write(`${redactSecrets(text)}\n`);
    },
    get outputError() {
      return outputError;
    },
    live(text) {
      if (stderr.isTTY) {
        stderr.write(`${ERASE_LINE}${text.slice(0, (stderr.columns ?? 100) - 1)}`);
        isLiveShown = true;
      } else if (performance.now() - lastLineAt >= LINE_EVERY_MS) {
        lastLineAt = performance.now();
        stderr.write(`${text}\n`);
      }
    },
    color: options.color ?? (stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    width: Math.min(stdout.columns ?? 100, 120),
  };
}
