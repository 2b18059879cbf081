import { type SelfTest, selfTest } from '../../bench/self-test.ts';
import { EmbeddedCluster } from '../../database/embedded/embedded-cluster.ts';
import { parseServerUrl, type ServerAddress } from '../../database/server-address.ts';
import { resolveTarget } from '../../database/target.ts';
import { formatCount, formatDuration } from '../../reports/format.ts';
import type { Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { TARGET_OPTIONS } from '../open-target.ts';
import { textOption } from '../option-values.ts';

/** Finds out what the load generator can do on this machine at most. */
export const selftest: Command = {
  name: 'selftest',
  usage: 'selftest',
  describe: "This machine's ceiling: what the load generator itself can do at most",
  optionNames: ['target'],
  options: (args) => args.option('target', TARGET_OPTIONS.target),
  async run(context, values) {
    const { terminal, signal } = context;
    const result = await withServer(context, textOption(values, 'target'), (primary) =>
      selfTest({ primary, signal, onStep: (step) => terminal.say(`· ${step}`) }),
    );
    terminal.print(context.json ? JSON.stringify(result, null, 2) : describe(result));
    return 0;
  },
};

/** A server to talk to: the target, or the embedded cluster. Nothing is written to it. */
async function withServer<T>(
  context: CommandContext,
  target: string | undefined,
  use: (primary: ServerAddress) => Promise<T>,
): Promise<T> {
  const found = resolveTarget({ target, env: context.env, configFile: context.configFile });
  if (found.kind === 'external') return use(found.primary);
  const cluster = await EmbeddedCluster.acquire({
    directory: context.stateDirectory,
    command: context.commandLine,
    onProgress: (step) => context.terminal.say(`· ${step}`),
  });
  try {
    const { primaryUrl } = await cluster.start(context.signal);
    return await use(parseServerUrl(primaryUrl));
  } finally {
    await cluster.release();
  }
}

function describe({ cores, node, engine, statements, schedule }: SelfTest): string {
  const lines = [
    `One thread of the load generator, on ${cores} cores, Node ${node}:`,
    '',
    `engine      ${formatCount(Math.round(engine.arrivalsPerSecond))} arrivals/s without a server, ${engine.cpuUsPerArrival.toFixed(1)} µs of CPU each, all measuring included`,
    `statements  ${formatCount(Math.round(statements.perSecond))} select 1 per second over ${statements.connections} connections, ${statements.cpuUsPerStatement.toFixed(1)} µs of CPU each`,
    `round trip  ${formatDuration(statements.roundTripUs.p50)} (p50), ${formatDuration(statements.roundTripUs.p99)} (p99) over one connection`,
    ...schedule.map(
      ({ ratePerSecond, lagP50Us, lagP99Us }, index) =>
        `${index === 0 ? 'schedule' : ''}`.padEnd(12) +
        `${formatCount(ratePerSecond)} arrivals/s leave ${formatDuration(lagP50Us)} (p50), ${formatDuration(lagP99Us)} (p99) late`,
    ),
    '',
    'A run near these figures measures the load generator: it is then marked client-bound. More',
    'threads go further: load.workers, or --workers.',
  ];
  return lines.join('\n');
}
