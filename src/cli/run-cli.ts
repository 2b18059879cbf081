import yargs from 'yargs';
import { redactSecrets } from '../database/server-address.ts';
import { asTargetFailure } from '../database/server-error.ts';
import { CartloadError, InterruptedError, messageOf } from '../errors.ts';
import { packageVersion } from '../package-info.ts';
import type { Command } from './command.ts';
import { type CommandContext, directories } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuseSwallowedOptions } from './npm-options.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Loaded when it is asked for: what one command needs, the others should not wait for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  load: async () => (await import('./commands/load.ts')).load,
  bench: async () => (await import('./commands/bench.ts')).bench,
  verify: async () => (await import('./commands/verify.ts')).verify,
  realism: async () => (await import('./commands/realism.ts')).realism,
  report: async () => (await import('./commands/report.ts')).report,
  runs: async () => (await import('./commands/runs.ts')).runs,
  compare: async () => (await import('./commands/compare.ts')).compare,
  indexes: async () => (await import('./commands/indexes.ts')).indexes,
  campaign: async () => (await import('./commands/campaign.ts')).campaign,
  prices: async () => (await import('./commands/prices.ts')).prices,
  gate: async () => (await import('./commands/gate.ts')).gate,
  db: async () => (await import('./commands/db.ts')).db,
  generate: async () => (await import('./commands/generate.ts')).generate,
  selftest: async () => (await import('./commands/selftest.ts')).selftest,
};

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
  const isNpmScript = Object.hasOwn(COMMANDS, env['npm_lifecycle_event'] ?? '');
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
  for (const command of await commandsFor(argv)) {
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

/** The command that is named, or all of them where none is: for the help, and for what is mistyped. */
async function commandsFor(argv: readonly string[]): Promise<readonly Command[]> {
  const [name = ''] = argv.filter((argument) => !argument.startsWith('-'));
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return [await load()];
  return Promise.all(Object.values(COMMANDS).map((each) => each()));
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
