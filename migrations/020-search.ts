import type { Knex } from 'knex';
import { dropExtension, ensureExtension } from '../src/database/extensions.ts';

/** Names that are typed wrong, or not to the end: by trigrams, where they may be made. */
export async function up(knex: Knex): Promise<void> {
  const trigrams = await ensureExtension(knex, 'pg_trgm');
  if (trigrams !== null) {
    await knex.raw(`
      create index products_name_trgm_idx on shop.products using gin (name ${trigrams}.gin_trgm_ops);
      comment on index shop.products_name_trgm_idx is
        'Completion of a name, and names that are like a misspelt one: parts of three letters.';
    `);
  }
  const similar =
    trigrams === null
      ? `select p.id, p.name, ts_rank(p.search, plainto_tsquery('english', term)) from shop.products p
         where p.search @@ plainto_tsquery('english', term) and p.status = 'active'`
      : `select p.id, p.name, ${trigrams}.word_similarity(term, p.name) from shop.products p
         where term operator(${trigrams}.<%) p.name and p.status = 'active'`;
  await knex.raw(`
    create function shop.complete_name(prefix text) returns table (id bigint, name text)
      stable language sql set search_path = pg_catalog, pg_temp
    as $$
      select p.id, p.name from shop.products p
      where p.name ilike replace(replace(replace(prefix, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
        and p.status = 'active'
      order by p.name, p.id limit 10
    $$;
    comment on function shop.complete_name(text) is 'Products for sale whose name begins so.';

    -- Two swapped letters of seven leave 0.38 of the likeness; the default asks for 0.6.
    create function shop.search_similar(term text) returns table (id bigint, name text, likeness real)
      stable language sql security definer set search_path = pg_catalog, pg_temp
      ${trigrams === null ? '' : 'set pg_trgm.word_similarity_threshold = 0.35'}
    as $$ ${similar} order by 3 desc, 1 limit 20 $$;
    comment on function shop.search_similar(text) is
      '${trigrams === null ? 'Products for sale with these words: trigrams may not be made here.' : 'Products for sale with words like these, best first: for words that are typed wrong.'}';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function shop.search_similar(text);
    drop function shop.complete_name(text);
    drop index if exists shop.products_name_trgm_idx;
  `);
  await dropExtension(knex, 'pg_trgm');
}
