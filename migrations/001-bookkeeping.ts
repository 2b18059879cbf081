import type { Knex } from 'knex';

/**
 * What Cartload writes down about the database itself. The schema `cartload` is made before the
 * first migration, because it also holds the table of migrations; so it stays when this one is undone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table cartload.dataset (
      identity text collate "C" primary key,
      generator_version integer not null,
      pool_hash text collate "C" not null,
      seed bigint not null,
      scale_orders bigint not null check (scale_orders > 0),
      profile text collate "C" not null,
      as_of timestamptz not null,
      state text collate "C" not null check (state in ('loading', 'loaded')),
      created_at timestamptz not null default now(),
      loaded_at timestamptz,
      cartload_version text collate "C" not null,
      constraint dataset_loaded_check check ((state = 'loaded') = (loaded_at is not null))
    );
    comment on table cartload.dataset is
      'The generated dataset that schema shop holds. That this table exists marks the database as Cartload''s own.';
    comment on column cartload.dataset.identity is
      'Hash over generator version, word pools, seed, scale, profile and end of history: equal identity, equal bytes.';
    comment on column cartload.dataset.scale_orders is 'Number of orders; every other table follows by fixed ratios.';
    comment on column cartload.dataset.as_of is 'End of the generated history.';
    comment on column cartload.dataset.state is
      'loading until every chunk, key and index is in place, then loaded.';

    create table cartload.load_chunk (
      identity text collate "C" not null references cartload.dataset on delete cascade,
      table_name text collate "C" not null,
      chunk integer not null check (chunk >= 0),
      first_row bigint not null check (first_row >= 0),
      rows bigint not null check (rows > 0),
      checksum text collate "C" not null,
      loaded_at timestamptz not null default now(),
      primary key (identity, table_name, chunk)
    );
    comment on table cartload.load_chunk is
      'Ledger of the chunks that are in: each row commits together with the rows it stands for, so that a killed load continues with exactly the missing ones.';
    comment on column cartload.load_chunk.first_row is 'Row number from 0 within the table.';
    comment on column cartload.load_chunk.checksum is 'CRC-32 of the binary COPY stream of the chunk, by the generator.';

    create table cartload.set_aside (
      step smallint not null,
      ordinal integer not null,
      table_name text collate "C" not null,
      object_name text collate "C" not null,
      statement text not null,
      primary key (step, ordinal)
    );
    comment on table cartload.set_aside is
      'How to bring back the indexes, keys and triggers that a load has taken away. A row goes in the transaction that brings its object back, so that a killed load cannot lose one.';
    comment on column cartload.set_aside.step is
      'Steps are taken in order: 1 indexes, 2 keys on them, 3 foreign keys, 4 their validation, 5 triggers.';

    create table cartload.heartbeat (
      id smallint primary key check (id = 1),
      beat bigint not null,
      beaten_at timestamptz not null
    );
    comment on table cartload.heartbeat is
      'One row, written at a fixed period on the primary during a run: its age on a replica is the replica''s staleness.';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table cartload.heartbeat, cartload.set_aside, cartload.load_chunk, cartload.dataset',
  );
}
