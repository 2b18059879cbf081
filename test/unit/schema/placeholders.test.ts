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
  [':lock_stock.on_hand', '<lock_stock.on_hand>'],
  ['limit :n', 'limit <n>'],
  ['array[:a, :b]', 'array[<a>, <b>]'],
  ['path[:n] || path[(:a):] || path[f(x, :b)]', 'path[<n>] || path[(<a>):] || path[f(x, <b>)]'],
  ['path[1 : :n]', 'path[1 : <n>]'],
  [':a::int', '<a>::int'],
  ['f(x := :a, y :=:b)', 'f(x := <a>, y :=<b>)'],
  ['é = :a', 'é = <a>'],
])('%s holds placeholders', (text, expected) => {
  expect(marked(text)).toBe(expected);
});

test.each([
  ['a cast', 'x::bigint'],
  ['a slice', 'path[2:depth] || path[lower(1):n] || (p)[q[1]:n]'],
  ['a slice with blanks', 'path[2 :depth] || path[ lower(1) :n ] || path[a.b /* x */ :n]'],
  ['a cast with blanks', 'x ::bigint'],
  ['an assignment', 'f(a :=b)'],
  ['a time in a literal', `'12:30' || ':a'`],
  ['a doubled quote', `'it''s :a'`],
  ['an escape string', String.raw`E'it\'s :a' || e'\\'`],
  ['an escape string that goes on in the next line', "E'a'\n  'it\\'s :a'"],
  ['a national and a unicode string', String.raw`N':a' || U&'\\:a'`],
  ['a string without an end', "x = 'y :a"],
  ['a quoted identifier without an end', 'x = "y :a'],
  ['a dollar quote without an end', '$f$ :a $$'],
  ['a tag that is not of ASCII letters', '$é$ :a $é$'],
  ['a line comment with the other line end', 'x -- :a\ry'],
  ['a quoted identifier', '"a :b ""$1"" c"'],
  ['a dollar quote', '$$ :a $1 $$'],
  ['a tagged dollar quote', '$f$ :a $$ $1 $f$'],
  ['a line comment', 'x -- :a $1'],
  ['a nested comment', '/* :a /* $1 */ :b */ x'],
  ['a comment without an end', 'x /* :a'],
  ['an identifier with a dollar', 'a$1 é$1'],
])('%s holds none', (_, text) => {
  expect(marked(text)).toBe(text);
});

test('placeholders beside what holds none', () => {
  expect(marked(`:ids::bigint[] || ':x' || :y -- :z\n|| :w /* :v */ || :u`)).toBe(
    `<ids>::bigint[] || ':x' || <y> -- :z\n|| <w> /* :v */ || <u>`,
  );
});
