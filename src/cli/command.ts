import type { Argv } from 'yargs';
import type { CommandContext } from './context.ts';

/** Values as yargs hands them over: strings, booleans, or lists of strings. */
export type ArgumentValues = Readonly<Record<string, unknown>>;

/** One command of the program. Returns its exit code; errors are thrown. */
export interface Command {
  readonly name: string;
  /** As yargs reads it: `bench <scenario>`. */
  readonly usage: string;
  readonly describe: string;
  /** Names of the options, without dashes: npm must not swallow them. */
  readonly optionNames: readonly string[];
  options(args: Argv): Argv;
  run(context: CommandContext, values: ArgumentValues): Promise<number>;
}
