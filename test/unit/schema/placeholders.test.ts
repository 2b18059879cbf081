import { expect, test } from 'vitest';
import { replacePlaceholders } from '../../../src/schema/placeholders.ts';

function marked(text: string): string {
  return replacePlaceholders(text, ({ kind, name }) =>
    kind === 'named' ? `<${name}>` : `[${name}]`,
  );
}

test.each([
  ['select :a, :b_2', 'select <a>, <b_2>'],
  ['select $1, $12', 'select [1], [12]'],
  ['(:a)', '(<a>)'],
  ['x=:a', 'x=<a>'],
  [':a', '<a>'],
])('%s holds placeholders', (text, expected) => {
  expect(marked(text)).toBe(expected);
});

test.each([
  ['a cast', 'x::bigint'],
  ['a slice', 'path[2:depth] || path[lower(1):n] || (p)[q[1]:n]'],
  ['a time in a literal', `'12:30' || ':a'`],
  ['a doubled quote', `'it''s :a'`],
  ['an escape string', String.raw`E'it\'s :a' || e'\\'`],
  ['a quoted identifier', '"a :b ""$1"" c"'],
  ['a dollar quote', '$$ :a $1 $$'],
  ['a tagged dollar quote', '$f$ :a $$ $1 $f$'],
  ['a line comment', 'x -- :a $1'],
  ['a nested comment', '/* :a /* $1 */ :b */ x'],
  ['a comment without an end', 'x /* :a'],
  ['an identifier with a dollar', 'a$1'],
])('%s holds none', (_, text) => {
  expect(marked(text)).toBe(text);
});

test('placeholders beside what holds none', () => {
  expect(marked(`:ids::bigint[] || ':x' || :y -- :z\n|| :w /* :v */ || :u`)).toBe(
    `<ids>::bigint[] || ':x' || <y> -- :z\n|| <w> /* :v */ || <u>`,
  );
});
