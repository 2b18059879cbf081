import type {
  ExperimentServers,
  ServerDefinition,
} from '../../database/embedded/experiment-servers.ts';
import { CartloadError } from '../../errors.ts';
import type { RunDatabase } from '../../experiments/servers/run-database.ts';
import {
  makeShopServer,
  openServerRun,
  USUAL_SERVER,
} from '../../experiments/servers/shop-server.ts';
import type { Shop } from '../../generators/shop.ts';
import { requireDiskSpace } from '../../loading/disk-space.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { loadWithProgress } from '../load-progress.ts';
import { textOption } from '../option-values.ts';

/** Whether these scenarios ask for servers of their own: then each gets one, those that say nothing too. */
export function wantOwnServers(values: ArgumentValues, scenarios: readonly Scenario[]): boolean {
  const wanted = scenarios.some(({ server }) => server !== null);
  if (!wanted) return false;
  for (const option of ['target', 'pooler']) {
    if (textOption(values, option) === undefined) continue;
    throw new CartloadError(
      'BAD_OPTION',
      `The scenario asks for servers of its own (server:), so --${option} cannot be given.`,
    );
  }
  return true;
}

/**
 * One server for each definition, with the shop in it: loaded once for each set of programs, and copied
 * where only settings differ. Only the server of the run at hand is up, without a replica.
 */
export class OwnServers {
  readonly #context: CommandContext;
  readonly #servers: ExperimentServers;
  readonly #names = new Map<string, string>();

  private constructor(context: CommandContext, servers: ExperimentServers) {
    this.#context = context;
    this.#servers = servers;
  }

  /** Makes the servers that these scenarios ask for; all are down when this resolves. */
  static async make(
    context: CommandContext,
    servers: ExperimentServers,
    shop: Shop,
    scenarios: readonly Scenario[],
  ): Promise<OwnServers> {
    const made = new OwnServers(context, servers);
    const definitions = new Map(
      scenarios.map(({ server }) => [keyOf(server ?? USUAL_SERVER), server ?? USUAL_SERVER]),
    );
    // Every server holds the shop, and the one that is up a clone of it.
    await requireDiskSpace(servers.dataDirectory, shop.spec.orders, definitions.size + 1);
    const loaded = new Map<string | null, string>();
    for (const [key, definition] of definitions) {
      const name = `s${made.#names.size + 1}`;
      const source = loaded.get(definition.binaries);
      if (source === undefined) {
        await makeShopServer(servers, name, definition, (target) =>
          loadWithProgress(context, { target, shop, localCopies: 2 }),
        );
        loaded.set(definition.binaries, name);
      } else await servers.copy(source, name, definition);
      made.#names.set(key, name);
    }
    return made;
  }

  /** Starts the server of a scenario, with a clone of the shop for one run; closing it stops the server. */
  openRun({ server }: Scenario, id: string): Promise<RunDatabase> {
    const { signal, terminal } = this.#context;
    const name = this.#names.get(keyOf(server ?? USUAL_SERVER));
    if (name === undefined) throw new Error('no server was made for this scenario');
    terminal.say('· starting its server, and cloning the shop for this run');
    return openServerRun(this.#servers, name, id, signal);
  }
}

function keyOf({ binaries, settings, processors }: ServerDefinition): string {
  return JSON.stringify([binaries, Object.entries(settings).sort(), processors]);
}
