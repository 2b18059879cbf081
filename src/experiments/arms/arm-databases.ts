import type pg from 'pg';
import { escapeIdentifier } from 'pg';
import { setLogic } from '../../bench/prepare/set-logic.ts';
import { setSecurity } from '../../bench/prepare/set-security.ts';
import { withConnection } from '../../database/connect.ts';
import { cloneDatabase } from '../../database/embedded/database-clones.ts';
import { createKnex } from '../../database/knex-client.ts';
import { migrateUp } from '../../database/migrations.ts';
import { ensureMonthPartitions } from '../../database/partitions.ts';
import { type ServerAddress, withDatabase } from '../../database/server-address.ts';
import { CartloadError, messageOf } from '../../errors.ts';
import type { Shop } from '../../generators/shop.ts';
import type { LoadOptions } from '../../loading/load-options.ts';
import { loadShop } from '../../loading/load-shop.ts';
import type { Arm } from './arm.ts';
import { commonMigrations, migrationsOf } from './code-base.ts';

const TEMPLATE = 'shop_template';
/** The months of an experiment's own rows: made before, so that no arm makes them in between. */
const MONTH_MS = 31 * 24 * 60 * 60 * 1000;

/** The database of an arm that its clones are made from. */
export function armTemplate({ name }: Arm): string {
  return `arm_${name}`;
}

export interface ArmDatabasesOptions
  extends Pick<
    LoadOptions,
    'workers' | 'localCopies' | 'onStep' | 'onProgress' | 'onCount' | 'signal'
  > {
  /** Database `postgres` of the server that gets them. */
  readonly server: ServerAddress;
  readonly shop: Shop;
  readonly arms: readonly Arm[];
}

/**
 * Loads the shop once, at the migrations that all arms have in common, and makes each arm's template from
 * it: a clone that its own further migrations are applied to. Statistics are those of the common template,
 * so that no plan differs by the luck of a sample; only what an arm rewrote or made is analysed again.
 *
 * @throws CartloadError BAD_BASELINE where an arm's own migrations fail
 */
export async function makeArmTemplates(options: ArmDatabasesOptions): Promise<void> {
  const { server, shop, arms, signal, onStep } = options;
  const common = commonMigrations(arms.map(({ code }) => code));
  const [first] = arms;
  if (first === undefined) return;
  await withConnection(server, { purpose: 'experiment' }, async (admin) => {
    await admin.query(`create database ${escapeIdentifier(TEMPLATE)}`);
    const target = withDatabase(server, TEMPLATE);
    const migrations = migrationsOf(first.code.root, common);
    await loadShop({ ...options, target, shop, migrations, replace: false, verify: false });
    await withConnection(target, { purpose: 'experiment' }, async (client) => {
      const now = new Date();
      await ensureMonthPartitions(client, now, new Date(now.getTime() + MONTH_MS));
      for (const extension of ['pg_stat_statements', 'pg_walinspect']) {
        await client.query(`create extension if not exists ${extension} schema cartload`);
      }
    });
    for (const arm of arms) {
      signal.throwIfAborted();
      onStep(`making the database of ${arm.label}`);
      const name = armTemplate(arm);
      await cloneDatabase({ primary: admin, replicas: [], template: TEMPLATE, name, signal });
      await bringUp(withDatabase(server, name), arm, common);
    }
    await admin.query('checkpoint');
  });
}

async function bringUp(address: ServerAddress, arm: Arm, common: number): Promise<void> {
  await withConnection(address, { purpose: 'experiment' }, async (client) => {
    const before = await readStorage(client);
    if (arm.code.migrations.length > common) await applyRest(address, arm);
    await setLogic(client, arm.scenario.logic, 'fresh');
    await setSecurity(client, arm.scenario.security, 'fresh');
    const after = await readStorage(client);
    for (const [table, storage] of after) {
      if (before.get(table) !== storage) await client.query(`vacuum analyze ${table}`);
    }
  });
}

async function applyRest(address: ServerAddress, arm: Arm): Promise<void> {
  const knex = createKnex(address);
  try {
    await migrateUp(knex, migrationsOf(arm.code.root));
  } catch (error) {
    throw new CartloadError(
      'BAD_BASELINE',
      `The migrations of ${arm.label} cannot be applied to the loaded shop: ${messageOf(error)}`,
      { cause: error, hint: 'They would fail on a shop with data in it, too.' },
    );
  } finally {
    await knex.destroy();
  }
}

/** What each table of the shop is stored in, and what its statistics are gathered by. */
async function readStorage(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ table: string; storage: string }>(
    `select c.oid::regclass::text as table,
       concat_ws(' ', c.relfilenode, c.reloptions,
         (select string_agg(i.indexrelid::regclass::text, ' ' order by i.indexrelid)
            from pg_index i where i.indrelid = c.oid and i.indexprs is not null),
         (select string_agg(concat_ws(' ', a.attnum, a.attstattarget, a.attoptions), ', ' order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
         (select string_agg(e.oid::text, ' ' order by e.oid) from pg_statistic_ext e
            where e.stxrelid = c.oid)) as storage
     from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'm')`,
  );
  return new Map(rows.map(({ table, storage }) => [table, storage]));
}
