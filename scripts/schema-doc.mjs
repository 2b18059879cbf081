// docs/schema.md as the database itself tells it: tables, columns, keys, indexes with their reasons,
// triggers, views, functions, and who may do what. Reads a migrated database; needs nothing else.

/** @param client a connection of `pg` to a migrated database whose roles have been made */
export async function renderSchema(client) {
  const rows = async (sql) => (await client.query(sql)).rows;
  await client.query(`set search_path = pg_catalog`);
  const tables = await rows(`
    select c.oid, c.relname as name, obj_description(c.oid, 'pg_class') as comment,
           pg_get_partkeydef(c.oid) as partitioned
    from pg_class c
    where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.oid`);
  const columns = await rows(`
    select a.attrelid as oid, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
           a.attnotnull as required, col_description(a.attrelid, a.attnum) as comment,
           case when a.attidentity <> '' then 'identity'
                when a.attgenerated <> '' then 'generated' else pg_get_expr(d.adbin, d.adrelid) end as value
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relnamespace = 'shop'::regnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and not c.relispartition
    order by a.attrelid, a.attnum`);
  const keys = await rows(`
    select k.conrelid as oid, k.conname as name, f.relname as target,
           (select array_agg(a.attname::text order by n) from unnest(k.conkey) with ordinality u (num, n)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns,
           (select bool_and(a.attnotnull) from unnest(k.conkey) u (num)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as required
    from pg_constraint k join pg_class f on f.oid = k.confrelid
    where k.connamespace = 'shop'::regnamespace and k.contype = 'f' and k.conparentid = 0
      and not (select relispartition from pg_class where oid = k.conrelid)
    order by k.conrelid, k.conname`);
  const indexes = await rows(`
    select i.indrelid as oid, c.relname as name, obj_description(i.indexrelid, 'pg_class') as comment,
           i.indisunique as is_unique, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'shop'::regnamespace and not c.relispartition
    order by i.indrelid, not i.indisprimary, c.relname`);
  const triggers = await rows(`
    select t.tgrelid as oid, t.tgname as name, p.proname as function,
           case when t.tgtype & 1 = 1 then 'row' else 'statement' end as level
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'shop'::regnamespace and not t.tgisinternal and t.tgparentid = 0
    order by t.tgrelid, t.tgname`);
  const views = await rows(`
    select c.oid, c.relname as name, obj_description(c.oid, 'pg_class') as comment
    from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind = 'm' order by c.oid`);
  const functions = await rows(`
    select p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
           pg_get_function_result(p.oid) as result, obj_description(p.oid, 'pg_proc') as comment
    from pg_proc p where p.pronamespace = 'shop'::regnamespace order by p.prorettype = 'trigger'::regtype, p.proname`);
  const rights = await rows(`
    select a.grantee::regrole::text as role, c.relname as table,
           array_agg(lower(a.privilege_type) order by lower(a.privilege_type)) as whole
    from pg_class c cross join aclexplode(c.relacl) a
    where c.relnamespace = 'shop'::regnamespace and not c.relispartition
      and a.grantee::regrole::text like 'shop\\_%'
    group by 1, 2`);
  const partial = await rows(`
    select a.grantee::regrole::text as role, c.relname as table, lower(a.privilege_type) as privilege,
           array_agg(t.attname::text order by t.attnum) as columns
    from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
    where c.relnamespace = 'shop'::regnamespace and not c.relispartition
      and a.grantee::regrole::text like 'shop\\_%'
    group by 1, 2, 3 order by 1, 2, 3`);

  const cell = (text) =>
    String(text ?? '')
      .replaceAll('|', '\\|')
      .replaceAll('\n', ' ');
  const table = (head, body) =>
    body.length === 0
      ? []
      : [
          `| ${head.join(' | ')} |`,
          `|${head.map(() => '---').join('|')}|`,
          ...body.map((line) => `| ${line.map(cell).join(' | ')} |`),
          '',
        ];
  const of = (list, { oid }) => list.filter((each) => each.oid === oid);
  const shortIndex = ({ definition }) => definition.replace(/^.* USING /, '');
  const nameOf = new Map(tables.map(({ oid, name }) => [oid, name]));

  const lines = [
    "# The shop's schema",
    '',
    'Written by `npm run docs:schema` from a migrated database: what is said here, its comments say. Tables,',
    'columns and indexes stand in the order in which migrations make them.',
    '',
    '## Tables and their keys',
    '',
    '```mermaid',
    'erDiagram',
    ...keys.map(
      (key) =>
        `  ${key.target} ${key.required ? '||' : '|o'}--o{ ${nameOf.get(key.oid)} : "${key.columns.join(', ')}"`,
    ),
    '```',
    '',
  ];
  for (const each of tables) {
    lines.push(`## ${each.name}`, '', each.comment ?? '', '');
    if (each.partitioned !== null) lines.push(`Partitioned by ${each.partitioned}.`, '');
    lines.push(
      ...table(
        ['column', 'type', 'null', 'default', 'what it is'],
        of(columns, each).map((column) => [
          `\`${column.name}\``,
          column.type,
          column.required ? '' : 'yes',
          column.value === null
            ? ''
            : `\`${column.value.length > 60 ? 'generated' : column.value}\``,
          column.comment,
        ]),
      ),
      ...table(
        ['refers to', 'by'],
        of(keys, each).map((key) => [
          `\`${key.target}\``,
          key.columns.map((c) => `\`${c}\``).join(', '),
        ]),
      ),
      ...table(
        ['index', 'on', 'for'],
        of(indexes, each).map((index) => [
          `\`${index.name}\`${index.is_unique ? ' (unique)' : ''}`,
          `\`${shortIndex(index)}\``,
          index.comment,
        ]),
      ),
      ...table(
        ['trigger', 'for each', 'calls'],
        of(triggers, each).map(({ name, level, function: called }) => [
          `\`${name}\``,
          level,
          `\`${called}\``,
        ]),
      ),
    );
  }
  lines.push(
    '## Materialised views',
    '',
    'Filled by `shop.refresh_analytics()`; none is filled by migrations.',
    '',
  );
  for (const view of views) {
    lines.push(
      `- **${view.name}**: ${view.comment} Columns: ${of(columns, view)
        .map((column) => `\`${column.name}\``)
        .join(', ')}.`,
    );
  }
  lines.push('', '## Functions', '');
  lines.push(
    ...table(
      ['function', 'returns', 'what it does'],
      functions.map((each) => [
        `\`${each.name}(${each.arguments})\``,
        `\`${each.result}\``,
        each.comment,
      ]),
    ),
  );
  lines.push(
    '## Roles',
    '',
    'Made by `npm run db -- roles`; none can log in. Rights on columns where not on the whole table.',
    '',
  );
  for (const role of [...new Set(rights.map((right) => right.role))].sort()) {
    lines.push(`### ${role}`, '');
    const byRights = new Map();
    for (const right of rights.filter((each) => each.role === role)) {
      const what = right.whole.join(', ');
      byRights.set(what, [...(byRights.get(what) ?? []), right.table]);
    }
    for (const [what, names] of [...byRights].sort()) {
      lines.push(
        `- ${what}: ${names
          .sort()
          .map((name) => `\`${name}\``)
          .join(', ')}`,
      );
    }
    for (const right of partial.filter((each) => each.role === role)) {
      lines.push(
        `- ${right.privilege} on \`${right.table}\`: ${right.columns.map((c) => `\`${c}\``).join(', ')}`,
      );
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
