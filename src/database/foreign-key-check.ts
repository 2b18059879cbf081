import type pg from 'pg';
import type { ForeignKey } from './index-definitions.ts';
import { sqlStateOf } from './pg-session.ts';

interface Explained {
  readonly 'QUERY PLAN': readonly {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }[];
}

/** Of no row: keys count from 1. */
const NOWHERE = -1;
const INVALID_TEXT = '22P02';

/**
 * Buffers that the server reads to see that no row refers to a row that is to be deleted: the query of its
 * trigger, for a key that is nowhere. Null where the key is no number.
 */
export async function foreignKeyCheckBuffers(
  client: pg.Client,
  { table, columns }: ForeignKey,
): Promise<number | null> {
  const isSame = columns.map((column, place) => `${column} = $${place + 1}`).join(' and ');
  const explain = async () => {
    const { rows } = await client.query<Explained>(
      `explain (analyze, buffers, timing off, format json) select 1 from ${table} where ${isSame}`,
      columns.map(() => NOWHERE),
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
  };
  try {
    // Twice: what is read of the catalogue for the first plan is no part of the check.
    await explain();
    return await explain();
  } catch (error) {
    if (sqlStateOf(error) !== INVALID_TEXT) throw error;
    return null;
  }
}
