import { bounded } from '../../src/random/bounded.ts';
import { cell } from '../../src/random/cell.ts';

const WHOLE_FILES = [
  '',
  '\n\n',
  '   ',
  '\uFEFF',
  '# nothing but a comment\n',
  '---\n...\n',
  'null\n',
  '[]\n',
  '- a\n- b\n',
  '5\n',
  'text\n',
  '{',
  '}',
  'a: b: c\n',
  '\tname: tabs\n',
  'name: a\n  bad: indentation\n',
  'name: [unclosed\n',
  'name: "unclosed\n',
  '!!js/function "x"\n',
  '%YAML 9.9\n---\nname: a\n',
  '--- a\n--- b\n',
  '&a [*a]\n',
  '\u0000\u0001\u0002',
  '\u{1F600}: \u{1F600}\n',
  `name: ${'x'.repeat(100_000)}\n`,
  `${'- '.repeat(500)}x\n`,
  `${'{a: '.repeat(200)}1${'}'.repeat(200)}\n`,
  `${'['.repeat(50_000)}\n`,
  `${Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}\n`,
  `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 2000 }, (_, k) => `key${k}: *a`).join('\n')}\n`,
  'name: "bell \\u0007\\u001b[31m"\nnaem: 1\n',

  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
];

const VALUES = [
  'null',
  '~',
  '[]',
  '{}',
  '-1',
  '0',
  '1e999',
  '.nan',
  '.inf',
  '0x1F',
  '999999999999999999999',
  '"\\u0000"',
  'yes',
  '2024-01-01',
  '200',
  '200/h',
  '5 minutes',
  '*missing',
  '!!binary aGVsbG8=',
  '{ __proto__: 1 }',
  '"constructor"',
  '[[[[]]]]',
];

/** Files that were shipped scenarios, broken in many ways; the same at every call. */
export function mutations(shipped: readonly string[]): readonly string[] {
  const result = [...WHOLE_FILES];
  let seed = 0;
  for (const text of shipped) {
    const lines = text.split('\n');
    const keyed = lines.flatMap((line, index) => (/^\s*[\w]+:/.test(line) ? [index] : []));
    for (const index of keyed) {
      const line = lines[index] ?? '';
      const below = (limit: number) => bounded(cell(7, seed++), limit);
      const key = /^\s*\w+/.exec(line)?.[0] ?? '';
      const replaced = (other: string) => lines.with(index, other).join('\n');
      const value = VALUES[below(VALUES.length)] ?? '';
      result.push(
        // Another value, another key, none, twice, out of step, cut off.
        replaced(`${key}: ${value}`),
        replaced(line.replace(key, `${key}x`)),
        lines.toSpliced(index, 1).join('\n'),
        lines.toSpliced(index, 0, line).join('\n'),
        replaced(` ${line}`),
        replaced(`\t${line}`),
        replaced(line.slice(0, below(line.length))),
        lines.slice(0, index).join('\n'),
        // One character for another.
        replaced(
          line.slice(0, below(line.length)) +
            (['{', '}', '[', ':', '"', "'", '%', '\0', 'é'][below(9)] ?? '') +
            line.slice(below(line.length)),
        ),
        text.replaceAll('\n', '\r\n').replace(line, `${key}: ${value}`),
      );
    }
  }
  return result;
}
