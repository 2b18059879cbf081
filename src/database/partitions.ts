/** The tables of schema `shop` that are partitioned by month (UTC). */
const PARTITIONED_TABLES = ['inventory_movements', 'audit_log'] as const;
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number];

interface Client {
  query(text: string): PromiseLike<unknown>;
}

/** Keeps two commands from making the same partition at once. Any number will do. */
const PARTITION_LOCK = 0x63617274;

/**
 * Makes the month partitions of both partitioned tables for [from, to) where they are missing.
 * Rows of such a month that already lie in the default partition stay there, and then the month
 * gets no partition of its own: moving them would rewrite data that is not ours to touch.
 */
export async function ensureMonthPartitions(client: Client, from: Date, to: Date): Promise<void> {
  for (const table of PARTITIONED_TABLES) await createMonthPartitions(client, table, from, to);
}

/** Makes the missing month partitions of one table for [from, to): `audit_log_2024_01`. */
export async function createMonthPartitions(
  client: Client,
  table: PartitionedTable,
  from: Date,
  to: Date,
): Promise<void> {
  await client.query(`
    do $$
    declare
      month timestamp := date_trunc('month', timestamp '${utc(from)}');
      partition_name text;
    begin
      perform pg_advisory_xact_lock(${PARTITION_LOCK});
      while month < timestamp '${utc(to)}' loop
        partition_name := '${table}' || to_char(month, '_YYYY_MM');
        if to_regclass('shop.' || partition_name) is null then
          begin
            execute format(
              'create table shop.%I partition of shop.${table} for values from (%L) to (%L)',
              partition_name, month || '+00', month + interval '1 month' || '+00');
          exception when check_violation then
            null; -- The default partition holds rows of this month.
          end;
        end if;
        month := month + interval '1 month';
      end loop;
    end $$`);
}

/** As a timestamp without time zone, which the loop reads as UTC. */
function utc(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}
