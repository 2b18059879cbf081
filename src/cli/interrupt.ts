import { InterruptedError } from '../errors.ts';

const PARENT_WATCH_MS = 1000;
// Under npm, a terminal's Ctrl-C arrives twice: once from the terminal, once passed on by npm.
const SAME_KEYSTROKE_MS = 500;

/**
 * A signal that is aborted when the user wants to stop: Ctrl-C, SIGTERM, or npm gone from above us
 * (killed, it cannot pass anything on). A second Ctrl-C ends the process at once.
 */
export function listenForInterrupt(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const stop = (cause: string) => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort(new InterruptedError(`interrupted by ${cause}`));
    } else if (performance.now() - firstAt > SAME_KEYSTROKE_MS) {
      process.exit(130);
    }
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGHUP', () => stop('SIGHUP'));
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent && !controller.signal.aborted) stop('the end of npm');
    }, PARENT_WATCH_MS).unref();
  }
  return controller.signal;
}
