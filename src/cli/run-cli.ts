import yargs from 'yargs';
import { redactSecrets } from '../database/server-address.ts';
import { asTargetFailure } from '../database/server-error.ts';
import { CartloadError, InterruptedError, messageOf } from '../errors.ts';
import { packageVersion } from '../package-info.ts';
import type { Command } from './command.ts';
import { bench } from './commands/bench.ts';
import { campaign } from './commands/campaign.ts';
import { compare } from './commands/compare.ts';
import { db } from './commands/db.ts';
import { gate } from './commands/gate.ts';
import { generate } from './commands/generate.ts';
import { indexes } from './commands/indexes.ts';
import { load } from './commands/load.ts';
import { prices } from './commands/prices.ts';
import { realism } from './commands/realism.ts';
import { report } from './commands/report.ts';
import { runs } from './commands/runs.ts';
import { selftest } from './commands/selftest.ts';
import { verify } from './commands/verify.ts';
import { type CommandContext, directories } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuseSwallowedOptions } from './npm-options.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [
  load,
  bench,
  verify,
  realism,
  report,
  runs,
  compare,
  indexes,
  campaign,
  prices,
  gate,
  db,
  generate,
  selftest,
];

const EXIT_INTERRUPTED = 130;
const EXIT_FAULT = 70;

/**
 * Runs the program and returns its exit code. Errors meant for people are printed as a sentence and
 * a hint; whatever else is thrown is a fault of the program and shows where it happened.
 */
export async function runCli(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const isJson = argv.some((argument) => /^--json(=true)?$/.test(argument));
  const terminal = createTerminal({ color: argv.includes('--no-color') ? false : undefined });
  const signal = listenForInterrupt();
  try {
    const exitCode = await parseAndRun(argv, env, terminal, signal);
    if (terminal.outputError === null) return exitCode;
    const text = `The output cannot be written: ${messageOf(terminal.outputError)}.`;
    throw new CartloadError('OUTPUT_NOT_WRITABLE', text);
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
        refuseSwallowedOptions([...command.optionNames, 'json', 'color'], env);
        const context: CommandContext = {
          terminal,
          signal,
          env,
          ...directories(env, isNpmScript),
          commandLine: redactSecrets(['cartload', ...argv].join(' ')),
          json: values['json'] === true,
        };
        exitCode = await command.run(context, values);
      },
    );
  }
  await parser.parseAsync();
  return exitCode;
}

/** Says what ended the command, on stderr and where asked for as a document too; the exit code. */
function explain(error: unknown, terminal: Terminal, isJson: boolean, signal: AbortSignal): number {
  const known = error instanceof CartloadError ? error : asTargetFailure(error);
  const isInterrupted = error instanceof InterruptedError || signal.aborted;
  const exitCode = isInterrupted ? EXIT_INTERRUPTED : (known?.exitCode ?? EXIT_FAULT);
  if (isInterrupted) {
    const says = error instanceof InterruptedError && error !== signal.reason;
    terminal.say(says ? `Interrupted: ${error.message}.` : 'Interrupted.');
  } else if (known !== null) {
    terminal.say(`error: ${known.message}`);
    if (known.hint !== undefined) terminal.say(`hint: ${known.hint}`);
  } else {
    terminal.say(`fault: ${error instanceof Error ? error.stack : messageOf(error)}`);
    terminal.say(
      'hint: this is a fault of Cartload itself; please report it with the lines above.',
    );
  }
  if (isJson) {
    const code = isInterrupted ? 'INTERRUPTED' : (known?.code ?? 'FAULT');
    const message = messageOf(known ?? error);
    const document = { error: { code, message, hint: known?.hint ?? null, exitCode } };
    terminal.print(JSON.stringify(document, null, 2));
  }
  return exitCode;
}
