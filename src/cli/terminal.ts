import { redactSecrets } from '../database/server-address.ts';

/** Where words go. Results are for stdout; everything said to a person meanwhile is for stderr. */
export interface Terminal {
  /** The result of the command. */
  print(text: string): void;
  /** A result that is meant to hold a password; everywhere else passwords are blotted out. */
  printSecret(text: string): void;
  /** One finished sentence. */
  say(text: string): void;
  /**
   * The state of something that lasts: redrawn in place on a terminal, as the panel where there is one;
   * else the line, every five seconds.
   */
  live(line: string, panel?: readonly string[]): void;
  /** Why stdout could not be written; null when all went well, or the reader just went away. */
  readonly outputError: Error | null;
  readonly color: boolean;
  readonly width: number;
}

const LINE_EVERY_MS = 5000;
const ERASE_TO_END = '\r\x1b[J';

export function createTerminal(options: { readonly color: boolean | undefined }): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has seen enough (`| head`) closes the pipe, and a closed terminal (EIO) hears nothing
  // any more: neither ends the work.
  stderr.on('error', () => {});
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') outputError = error;
  });
  let outputError: Error | null = null;
  let linesShown = 0;
  let lastLineAt = Number.NEGATIVE_INFINITY;
  const clearLive = () => {
    if (linesShown > 0) stderr.write(`${upBy(linesShown - 1)}${ERASE_TO_END}`);
    linesShown = 0;
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
    live(line, panel = [line]) {
      if (stderr.isTTY) {
        const width = (stderr.columns ?? 100) - 1;
        const lines = panel.map((each) => each.slice(0, width));
        const back = linesShown > 0 ? upBy(linesShown - 1) : '';
        stderr.write(`${back}${ERASE_TO_END}${lines.join('\n')}`);
        linesShown = lines.length;
      } else if (performance.now() - lastLineAt >= LINE_EVERY_MS) {
        lastLineAt = performance.now();
        stderr.write(`${line}\n`);
      }
    },
    color: options.color ?? (stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    width: Math.min(stdout.columns ?? 100, 120),
  };
}

/** Moves the cursor up by so many lines. */
function upBy(lines: number): string {
  return lines === 0 ? '' : `\x1b[${lines}A`;
}
