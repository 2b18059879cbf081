import type { Invariant } from './invariant.ts';

// The server enforces a validated key, so that orphans need no search of their own.
export const schemaValidity: Invariant = {
  name: 'schema-validity',
  question: 'Are all foreign keys and checks validated and all indexes valid?',
  violations: `
    select conrelid::regclass || ' ' || conname as object, 'constraint not validated' as problem
    from pg_constraint
    where connamespace = to_regnamespace('shop') and not convalidated
    union all
    select i.indexrelid::regclass::text, 'index not valid'
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = to_regnamespace('shop')
      and not (i.indisvalid and i.indisready and i.indislive)`,
};
