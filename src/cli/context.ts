import { join, resolve } from 'node:path';
import type { Terminal } from './terminal.ts';

/** What every command gets besides its own options. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Where the user stands: paths are relative to it. */
  readonly userDirectory: string;
  /** State of the embedded cluster. */
  readonly stateDirectory: string;
  /** Run records, one folder each. */
  readonly runsDirectory: string;
  readonly configFile: string;
  /** What the user typed, for lock and run record; passwords in URLs are blotted out. */
  readonly commandLine: string;
  /** One JSON document on stdout instead of words. */
  readonly json: boolean;
}

/** The scripts of package.json run in the package's folder; npm tells where the user stood. */
export function directories(env: NodeJS.ProcessEnv, isNpmScript: boolean) {
  const initial = env['INIT_CWD'];
  return {
    userDirectory: isNpmScript && initial ? initial : process.cwd(),
    stateDirectory: resolve('.cartload'),
    runsDirectory: resolve('runs'),
    configFile: join(process.cwd(), 'cartload.config.yaml'),
  };
}
