import { escapeIdentifier } from 'pg';
import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import type {
  ExperimentServers,
  ServerDefinition,
} from '../../database/embedded/experiment-servers.ts';
import { withDatabase } from '../../database/server-address.ts';
import { CartloadError } from '../../errors.ts';
import type { Shop } from '../../generators/shop.ts';
import { requireDiskSpace } from '../../loading/disk-space.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { loadWithProgress } from '../load-progress.ts';
import { type RunDatabase, runDatabaseName } from '../open-target.ts';
import { textOption } from '../option-values.ts';

const SHOP = 'shop';
/** As the embedded primary has it, but for its replica. */
const USUAL: ServerDefinition = { binaries: null, settings: {}, processors: null };

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
  readonly #shop: Shop;
  readonly #names = new Map<string, string>();

  private constructor(context: CommandContext, servers: ExperimentServers, shop: Shop) {
    this.#context = context;
    this.#servers = servers;
    this.#shop = shop;
  }

  /** Makes the servers that these scenarios ask for; all are down when this resolves. */
  static async make(
    context: CommandContext,
    servers: ExperimentServers,
    shop: Shop,
    scenarios: readonly Scenario[],
  ): Promise<OwnServers> {
    const made = new OwnServers(context, servers, shop);
    const definitions = new Map(
      scenarios.map(({ server }) => [keyOf(server ?? USUAL), server ?? USUAL]),
    );
    // Every server holds the shop, and the one that is up a clone of it.
    await requireDiskSpace(servers.dataDirectory, shop.spec.orders, definitions.size + 1);
    const loaded = new Map<string | null, string>();
    for (const [key, definition] of definitions) {
      const name = `s${made.#names.size + 1}`;
      const source = loaded.get(definition.binaries);
      if (source === undefined) await made.#load(name, definition);
      else await servers.copy(source, name, definition);
      if (source === undefined) loaded.set(definition.binaries, name);
      made.#names.set(key, name);
    }
    return made;
  }

  /** Starts the server of a scenario, with a clone of the shop for one run; closing it stops the server. */
  async openRun({ server }: Scenario, id: string): Promise<RunDatabase> {
    const { signal, terminal } = this.#context;
    const name = this.#names.get(keyOf(server ?? USUAL));
    if (name === undefined) throw new Error('no server was made for this scenario');
    terminal.say('· starting its server, and cloning the shop for this run');
    const admin = await this.#servers.start(name);
    const clone = runDatabaseName(id);
    await withConnection(admin, { purpose: 'clone' }, (primary) =>
      cloneDatabase({ primary, replicas: [], template: SHOP, name: clone, signal }),
    );
    return {
      state: 'fresh',
      primary: withDatabase(admin, clone),
      replicas: [],
      pooler: null,
      close: async () => {
        await withConnection(admin, { purpose: 'clone' }, (primary) =>
          dropDatabase(primary, clone),
        ).catch(() => {});
        await this.#servers.stop(name);
      },
    };
  }

  async #load(name: string, definition: ServerDefinition): Promise<void> {
    const admin = await this.#servers.create(name, definition);
    await withConnection(admin, { purpose: 'prepare' }, (client) =>
      client.query(`create database ${escapeIdentifier(SHOP)}`),
    );
    const target = withDatabase(admin, SHOP);
    await loadWithProgress(this.#context, { target, shop: this.#shop, localCopies: 2 });
    await this.#servers.stop(name);
  }
}

function keyOf({ binaries, settings, processors }: ServerDefinition): string {
  return JSON.stringify([binaries, Object.entries(settings).sort(), processors]);
}
