import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bounded } from '../../../../src/random/bounded.ts';
import { cell } from '../../../../src/random/cell.ts';
import { parseTransactionFile } from '../../../../src/workloads/own-sql/parse-transaction-file.ts';

const ROOT = new URL('../../../../', import.meta.url);
const STOCKTAKE = readFileSync(new URL('scenarios/sql/stocktake.sql', ROOT), 'utf8');

function parsed(text: string, name = 'mine') {
  return parseTransactionFile(text, { name, file: 'mine.sql' });
}

function transactionOf(text: string) {
  const result = parsed(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.transaction;
}

function problemsOf(text: string, name?: string): readonly string[] {
  const result = parsed(text, name);
  return result.ok
    ? []
    : result.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

/** A file with these lines below its head: they start in line 3. */
function body(...lines: readonly string[]): string {
  return ['-- access: write', '-- parameter a: integer 1..5', ...lines].join('\n');
}

describe('a file without a problem', () => {
  test('is the transaction that it says', () => {
    expect(transactionOf(STOCKTAKE)).toEqual({
      name: 'mine',
      file: 'mine.sql',
      access: 'write',
      parameters: [
        { name: 'product', draw: 'product' },
        { name: 'found', draw: 'integer 1..3' },
      ],
      statements: [
        {
          name: 'lock_shelf',
          text: expect.stringMatching(/^select warehouse_id\nfrom[^;]*for update$/),
          position: { line: 8, column: 1 },
          rows: { min: 1, max: 1 },
        },
        {
          name: 'enter',
          text: expect.stringMatching(/^insert into[^;]*:found\)$/),
          position: { line: 18, column: 1 },
          rows: { min: 1, max: 1 },
        },
      ],
    });
  });

  test('is the one that docs/own-sql.md shows', () => {
    const docs = readFileSync(new URL('docs/own-sql.md', ROOT), 'utf8');
    expect(docs).toContain(`\`\`\`sql\n${STOCKTAKE}\`\`\``);
  });

  test('crosses threads and JSON as it is', () => {
    const transaction = transactionOf(STOCKTAKE);
    expect(structuredClone(transaction)).toEqual(transaction);
    expect(JSON.parse(JSON.stringify(transaction))).toEqual(transaction);
  });

  test.each([
    ['1', { min: 1, max: 1 }],
    ['0', { min: 0, max: 0 }],
    ['2..', { min: 2, max: null }],
    ['0..5', { min: 0, max: 5 }],
  ])('rows: %s', (rows, range) => {
    const [statement] = transactionOf(
      body('-- name: x', `-- rows: ${rows}`, 'select :a'),
    ).statements;
    expect(statement?.rows).toEqual(range);
  });

  test('an answer that is used has to be there', () => {
    const text = body('-- name: x', 'select :a as b;', '-- name: y', 'select :x.b::int, :x.c');
    expect(transactionOf(text).statements.map(({ rows }) => rows)).toEqual([
      { min: 1, max: null },
      null,
    ]);
  });

  test.each([
    ['a semicolon in a literal', `select ';', :a`],
    ['a directive in a dollar quote', 'do $$ begin\n-- name: y\nperform 1; end $$; -- :a\n'],
    ['a directive in a comment', '/*\n-- name: y\n*/ select 1'],
    ['a directive behind code', 'select 1 -- name: y'],
    ['comments within and behind', 'select /* ; */ 1 -- ;\n;\n-- that was it: done\n'],
    ['an end without a semicolon', 'select 1'],
    ['two semicolons', 'select 1;;'],
    ['set local', 'set local work_mem = 1000'],
    ['for update', 'select 1 from shop.orders for no key update'],
    ['a word of transaction control that is a name', 'select begin, "commit" from x'],
    ['colons that are no parameters', `select a[1:b], x::int, ':q', f(p := 1), $$ :r $$`],
  ])('%s', (_, sql) => {
    const text = ['-- access: write', '-- name: x', sql].join('\n').replace(', :a', '');
    const { statements } = transactionOf(text);
    expect(statements.map(({ name }) => name)).toEqual(['x']);
  });

  test('Windows writes it with a byte order mark and its own line ends', () => {
    const transaction = transactionOf(`\uFEFF${STOCKTAKE.replaceAll('\n', '\r\n')}`);
    expect(transaction.statements.map(({ position }) => position.line)).toEqual([8, 18]);
    expect(transaction.parameters).toEqual(transactionOf(STOCKTAKE).parameters);
  });
});

describe('a file with problems', () => {
  test.each([
    ['', '1:1: has no statement - write -- name: NAME and the SQL below it'],
    ['-- name: x\nselect 1', '1:1: has no access - write -- access: read or'],
    [
      '-- access: all\n-- name: x\nselect 1',
      '1:12: access is not known (got "all") - write read or',
    ],
    ['-- access: read\n-- access: read\n-- name: x\nselect 1', '2:1: access is given twice'],
    [
      '-- acess: read\n-- name: x\nselect 1',
      '1:1: acess: is close to what has a meaning here - did',
    ],
    ['-- access: read\nselect 1', '2:1: SQL stands above the first name - write -- name: NAME'],
    [
      '-- access: read\n-- rows: 1\n-- name: x\nselect 1',
      '2:1: rows: stands above the first name:',
    ],
    ['-- name: x\n-- access: read\nselect 1', '2:1: access: stands below a name: - move it to'],
    [`-- access: read\n-- name: x\nselect 'a`, `3:8: a quote has no end (got "'a") - close it`],
    ['-- access: read\n-- name: x\nselect "a', '3:8: a quote has no end'],
    ['-- access: read\n-- name: x\nselect $q$ a $$', '3:8: a quote has no end'],
    ['-- access: read\n-- name: x\nselect 1 /* a /* */', '3:10: a comment has no end'],
    ['-- access: read\n-- name: x\nselect \0', '3:8: has a NUL character'],
  ])('of its head: %j', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test.each([
    [
      ['-- name: X', 'select :a'],
      `3:10: a statement's name is not one (got "X") - write lower-case`,
    ],
    [['-- name:', 'select :a'], `3:9: a statement's name is not one (got "")`],
    [
      ['-- name: x', 'select :a;', '-- name: x', 'select 1'],
      '5:10: a statement is named twice (got x)',
    ],
    [
      ['-- name: x', '-- nothing', '-- name: y', 'select :a'],
      '3:10: x has no SQL - write it below',
    ],
    [['-- name: x', ';', '-- name: y', 'select :a'], '3:10: x has no SQL'],
    [
      ['-- name: x', 'select :a; select 2;'],
      '4:12: x has more than one statement - write -- name:',
    ],
    [
      ['-- name: x', '-- rows: some', 'select :a'],
      '4:10: rows is not a number or range (got "some")',
    ],
    [
      ['-- name: x', '-- rows: 3..1', 'select :a'],
      '4:10: rows is not a number or range (got "3..1")',
    ],
    [['-- name: x', '-- rows: 12', '-- rows: 1', 'select :a'], '5:1: rows is given twice'],
    [
      ['-- name: x', 'select :a', '-- rows: 1'],
      '5:1: rows: stands below its SQL - move it between',
    ],
    [
      ['-- name: x', '-- row: 1', 'select :a'],
      '4:1: row: is close to what has a meaning here - did',
    ],
    [['-- name: x', 'select :b, :a'], '4:8: :b is not a parameter of the file - known are a; or'],
    [['-- name: x', 'select $1, :a'], '4:8: $1 has no name (got $1) - write :name'],
    [['-- name: x', 'select 1'], '2:1: parameter a is not used - leave it out, or write :a'],
    [
      ['-- name: x', 'select :a, :y.b', '-- name: y', 'select 1'],
      '4:12: :y.b is no answer of an earlier',
    ],
    [['-- name: x', 'select :a, :x.b'], '4:12: :x.b is no answer of an earlier statement'],
    [
      ['-- name: x', '-- rows: 0..1', 'select :a as b;', '-- name: y', 'select :x.b'],
      '4:10: rows may be 0, but a later statement uses the first row of x - write 1 or more',
    ],
    [['-- parameter a: product', '-- name: x', 'select :a'], '3:1: parameter a is given twice'],
    [
      ['-- parameter B: product', '-- name: x', 'select :a'],
      `3:1: a parameter's name is not one (got "B")`,
    ],
    [['-- parameter: product', '-- name: x', 'select :a'], '3:1: a parameter has no name'],
    [
      ['-- parameter b: prduct', '-- name: x', 'select :a, :b'],
      '3:17: parameter b is not a known draw',
    ],
    [['-- name: x', '\\set b 1'], '4:1: \\ is a psql meta-command'],
    [['-- name: x', 'select :a \\gset'], '4:11: \\ is a psql meta-command'],
    [['-- name: x', 'Begin'], '4:1: Begin is transaction control - leave it out'],
    [['-- name: x', 'commit'], '4:1: commit is transaction control'],
    [['-- name: x', 'ROLLBACK to here'], '4:1: ROLLBACK is transaction control'],
    [['-- name: x', '/* */ savepoint s'], '4:7: savepoint is transaction control'],
    [['-- name: x', 'copy shop.orders to stdout'], '4:1: copy is COPY'],
    [['-- name: x', 'set search_path = x'], '4:1: set changes the connection'],
    [['-- name: x', 'deallocate all'], '4:1: deallocate is about prepared statements'],
  ])('of a statement: %j', (lines, problem) => {
    expect(problemsOf(body(...lines)).join('\n')).toContain(problem);
  });

  test.each([
    'insert into x values (1)',
    'with gone as (delete from x returning 1) select * from gone',
    'with old as (select 1) update x set y = 2',
    'select 1 from x for update',
    'select 1 from x for no key update skip locked',
    'select 1 from x for key share',
    'merge into x using y on true when matched then do nothing',
  ])('a read that writes: %s', (sql) => {
    const problems = problemsOf(`-- access: read\n-- name: x\n${sql}`);
    expect(problems.join('\n')).toContain('is a write in a transaction of access: read');
  });

  test.each([
    'select updated_at, "delete" from x order by "update"',
    'select substring(a from 1 for 2), max(update_count) from x',
  ])('a read that does not: %s', (sql) => {
    expect(problemsOf(`-- access: read\n-- name: x\n${sql}`)).toEqual([]);
  });

  test('names that the server would cut', () => {
    const long = 'n'.repeat(60);
    expect(problemsOf(body('-- name: abc', 'select :a'), long)[0]).toMatch(
      /^3:10: a name is too long/,
    );
    expect(problemsOf(body('-- name: ab', 'select :a'), long)).toEqual([]);
  });

  test('are reported all at once, in their order', () => {
    const places = problemsOf(
      body('-- name: X', 'begin; select 1', '-- name: y', 'select :b, $1'),
    ).map((problem) => problem.split(': ')[0]);
    expect(places).toEqual(['2:1', '3:10', '4:1', '4:8', '6:8', '6:12']);
  });
});

test('two thousand broken files: problems with a place, and nothing is thrown', () => {
  const pieces = [
    ...`'"$:;\\-/*[]()\n\0 é𝒳`,
    '--',
    '/*',
    '*/',
    '$$',
    '::',
    ':a',
    ':x.y',
    '$1',
    "E'\\",
  ];
  pieces.push('-- name: x\n', '-- rows: 1..\n', '-- access: read\n', '-- parameter p: uuid\n');
  for (let seed = 0; seed < 2000; seed++) {
    let text = STOCKTAKE;
    let draws = 0;
    const below = (bound: number) => bounded(cell(seed, 1, draws++), bound);
    for (let edit = below(8); edit >= 0; edit--) {
      const at = below(text.length + 1);
      text = text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at + below(12));
    }
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    const result = parsed(text);
    for (const { line, column, message } of result.ok ? [] : result.problems) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
      expect(message).not.toMatch(/undefined|\[object/);
    }
  }
});
