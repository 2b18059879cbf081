import yargs from 'yargs';
import { redactUrl } from '../database/server-address.ts';
import { CartloadError, InterruptedError, messageOf } from '../errors.ts';
import { packageVersion } from '../package-info.ts';
import type { Command } from './command.ts';
import { bench } from './commands/bench.ts';
import { db } from './commands/db.ts';
import { generate } from './commands/generate.ts';
import { load } from './commands/load.ts';
import { report } from './commands/report.ts';
import { verify } from './commands/verify.ts';
import { type CommandContext, directories } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuseSwallowedOptions } from './npm-options.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [load, bench, verify, report, db, generate];

const EXIT_INTERRUPTED = 130;
const EXIT_FAULT = 70;

/**
 * Runs the program and returns its exit code. Errors meant for people are printed as a sentence and
 * a hint; whatever else is thrown is a fault of the program and shows where it happened.
 */
export async function runCli(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const isJson = argv.includes('--json');
  const terminal = createTerminal({ color: argv.includes('--no-color') ? false : undefined });
  const signal = listenForInterrupt();
  try {
    return await parseAndRun(argv, env, terminal, signal);
  } catch (error) {
    return explain(error, terminal, isJson, signal);
  }
}

async function parseAndRun(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let exitCode = 0;
  const isNpmScript = COMMANDS.some((command) => command.name === env['npm_lifecycle_event']);
  const parser = yargs([...argv])
    .scriptName('cartload')
    .usage('$0 <command>\n\nFills PostgreSQL with a realistic shop, and says what it can take.')
    // Strings everywhere: yargs reads a number out of `abc` as NaN and out of nothing as 0.
    .parserConfiguration({ 'greedy-arrays': false, 'parse-numbers': false })
    .option('json', { type: 'boolean', describe: 'One JSON document on stdout' })
    .option('color', { type: 'boolean', describe: '--no-color: plain text' })
    .version(packageVersion)
    .help()
    .strict()
    .demandCommand(1, 'Name a command.')
    .recommendCommands()
    .exitProcess(false)
    // Without throwing, the command would still run with its bad arguments.
    .fail((message, error) => {
      throw error ?? new CartloadError('BAD_OPTION', message, { hint: 'See cartload --help.' });
    });
  for (const command of COMMANDS) {
    parser.command(
      command.usage,
      command.describe,
      (args) => command.options(args),
      async (values) => {
        refuseSwallowedOptions(command.optionNames, env);
        const context: CommandContext = {
          terminal,
          signal,
          env,
          ...directories(env, isNpmScript),
          commandLine: ['cartload', ...argv.map(redactUrl)].join(' '),
          json: values['json'] === true,
        };
        exitCode = await command.run(context, values);
      },
    );
  }
  await parser.parseAsync();
  return exitCode;
}

function explain(error: unknown, terminal: Terminal, isJson: boolean, signal: AbortSignal): number {
  if (error instanceof InterruptedError) {
    terminal.say(error === signal.reason ? 'Interrupted.' : `Interrupted: ${error.message}.`);
    return EXIT_INTERRUPTED;
  }
  if (error instanceof CartloadError) {
    terminal.say(`error: ${error.message}`);
    if (error.hint !== undefined) terminal.say(`hint: ${error.hint}`);
    if (isJson) {
      const { code, message, hint = null, exitCode } = error;
      terminal.print(JSON.stringify({ error: { code, message, hint, exitCode } }, null, 2));
    }
    return signal.aborted ? EXIT_INTERRUPTED : error.exitCode;
  }
  if (signal.aborted) {
    terminal.say('Interrupted.');
    return EXIT_INTERRUPTED;
  }
  terminal.say(`fault: ${error instanceof Error ? error.stack : messageOf(error)}`);
  terminal.say('hint: this is a fault of Cartload itself; please report it with the lines above.');
  return EXIT_FAULT;
}
