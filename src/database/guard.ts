import type pg from 'pg';
import { CartloadError } from '../errors.ts';
import { describeAddress, type ServerAddress } from './server-address.ts';

const OLDEST_SERVER = 150_000;

/**
 * Refuses every database that Cartload may not write to: a replica, an unsupported server, or
 * one that holds other people's tables. Its own mark is the table of
 * migrations, which stays when all of them are undone. Changes nothing.
 *
 * @throws CartloadError TARGET_IS_REPLICA, UNSUPPORTED_SERVER, FOREIGN_DATABASE
 */
export async function guardPrimary(client: pg.Client, address: ServerAddress): Promise<void> {
  const where = describeAddress(address);
  const { rows } = await client.query<{
    version: string;
    versionNumber: number;
    isReplica: boolean;
    isMarked: boolean;
    foreign: string[];
  }>(
    `select current_setting('server_version') as version,
            current_setting('server_version_num')::int as "versionNumber",
            pg_is_in_recovery() as "isReplica",
            to_regclass('cartload.migrations') is not null as "isMarked",
            array(
              select format('%I.%I', n.nspname, c.relname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('r', 'p', 'v', 'm', 'f')
                and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
              order by 1 limit 4
            ) as foreign`,
  );
  const state = rows[0];
  if (state === undefined) throw new Error('the guard query returned no row');
  if (state.isReplica) {
    throw new CartloadError('TARGET_IS_REPLICA', `${where} is a read replica, not a primary.`, {
      hint: 'Give the primary as --target and this one as --replica.',
    });
  }
  if (state.versionNumber < OLDEST_SERVER) {
    throw new CartloadError('UNSUPPORTED_SERVER', `${where} is PostgreSQL ${state.version}.`, {
      hint: 'Cartload supports PostgreSQL 15 to 18.',
    });
  }
  if (!state.isMarked && state.foreign.length > 0) {
    const named = state.foreign.slice(0, 3).join(', ');
    const more = state.foreign.length > 3 ? ' and more' : '';
    throw new CartloadError('FOREIGN_DATABASE', `${where} holds other tables: ${named}${more}.`, {
      hint: 'Cartload uses an empty database or one of its own: createdb cartload_bench.',
    });
  }
}

/**
 * Refuses a replica that is none, or that follows another primary.
 *
 * @throws CartloadError REPLICA_IS_PRIMARY, REPLICA_OF_ANOTHER
 */
export async function guardReplica(
  replica: pg.Client,
  address: ServerAddress,
  primary: pg.Client,
): Promise<void> {
  const where = describeAddress(address);
  const { rows } = await replica.query<{ isReplica: boolean }>(
    'select pg_is_in_recovery() as "isReplica"',
  );
  if (!rows[0]?.isReplica) {
    throw new CartloadError('REPLICA_IS_PRIMARY', `${where} is a primary, not a replica.`, {
      hint: 'Give a streaming replica of the target as --replica, or leave the option out.',
    });
  }
  const [own, other] = await Promise.all([systemIdentifier(replica), systemIdentifier(primary)]);
  if (own !== other) {
    throw new CartloadError('REPLICA_OF_ANOTHER', `${where} is a replica of another primary.`, {
      hint: 'The --replica must follow the --target.',
    });
  }
}

async function systemIdentifier(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select system_identifier::text as id from pg_control_system()',
  );
  return rows[0]?.id ?? '';
}
