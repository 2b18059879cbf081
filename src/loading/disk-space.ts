import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import { CartloadError } from '../errors.ts';

/** Of a loaded shop with all indexes, per order: pg_database_size after `load --scale 1m`, rounded up. */
const BYTES_PER_ORDER = 2730;

/** For the write-ahead log, sorting, and everybody else. */
const RESERVE_BYTES = 2e9;

/** The scale whose shop takes about so many bytes, a multiple of 1000. */
export function ordersForBytes(bytes: number): number {
  return Math.round(bytes / BYTES_PER_ORDER / 1000) * 1000;
}

/**
 * Refuses a load that its disk cannot hold, before anything is written, where the disk can be looked
 * at: the server is on this machine and says where its data are. What the database holds now counts as
 * free: the load replaces it.
 *
 * @param copies how many servers on this machine will hold the shop
 * @throws CartloadError DISK_FULL
 */
export async function checkDiskSpace(
  client: pg.Client,
  orders: number,
  copies: number,
): Promise<void> {
  const { rows } = await client.query<{ directory: string | null; bytes: number }>(
    `select pg_database_size(current_database()) as bytes,
            case when coalesce(inet_server_addr() <<= '127.0.0.0/8', true)
                 then (select setting from pg_settings where name = 'data_directory') end as directory`,
  );
  const directory = rows[0]?.directory;
  if (directory === null || directory === undefined) return;
  await requireDiskSpace(directory, orders, copies, rows[0]?.bytes ?? 0);
}

/**
 * Refuses a shop that the disk below a folder cannot hold, where that can be told.
 *
 * @param heldBytes of each copy that is there already, and will be replaced
 * @throws CartloadError DISK_FULL
 */
export async function requireDiskSpace(
  directory: string,
  orders: number,
  copies: number,
  heldBytes = 0,
): Promise<void> {
  const disk = await statfs(directory).catch(() => null);
  if (disk === null) return;
  const freeBytes = disk.bavail * disk.bsize + heldBytes * copies;
  // Building an index sorts it on disk first, at most a quarter of the shop at a time.
  const neededBytes = orders * BYTES_PER_ORDER * (copies + 0.25) + RESERVE_BYTES;
  if (freeBytes >= neededBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new CartloadError(
    'DISK_FULL',
    `A shop of ${orders.toLocaleString('en')} orders needs about ${gigabytes(neededBytes)} of disk; ${directory} has ${gigabytes(freeBytes)} free.`,
    { hint: 'Take a smaller --scale, or free some disk.' },
  );
}
