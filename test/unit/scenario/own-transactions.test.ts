import { describe, expect, test } from 'vitest';
import { formatProblem, parseScenario } from '../../../src/scenario/parse-scenario.ts';
import type { TransactionDefinition } from '../../../src/scenario/transaction-definition.ts';
import type { Vocabulary } from '../../../src/scenario/vocabulary.ts';
import { VOCABULARY } from './vocabulary.ts';

function definition(name: string): TransactionDefinition {
  return { name, file: `${name}.sql`, access: 'read', parameters: [], statements: [] };
}

const BESIDE_FILES: Vocabulary = {
  ...VOCABULARY,
  readTransaction(name, path) {
    if (path === 'gone.sql') return { reason: 'there is no file gone.sql' };
    if (path !== 'bad.sql') return { ok: true, transaction: definition(name) };
    const problem = (line: number) => ({ line, column: 2, message: `wrong in line ${line}` });
    return { ok: false, file: 'sql/bad.sql', problems: [problem(3), problem(9)] };
  },
};

const HEAD = 'name: a\nload: { executor: constant-vus, vus: 1, duration: 1s }\n';

function parsed(text: string, vocabulary = BESIDE_FILES) {
  return parseScenario(HEAD + text, 'my.yaml', vocabulary);
}

function problemsOf(text: string, vocabulary?: Vocabulary): readonly string[] {
  const result = parsed(text, vocabulary);
  return result.ok ? [] : result.problems.map(formatProblem);
}

describe('transactions of a scenario', () => {
  test('are part of it where the mix has them', () => {
    const text =
      'transactions: { mine: a.sql, idle: b.sql, other: c.sql }\nmix: { checkout: 1, mine: 2, other: 0 }\n';
    expect(parsed(text)).toMatchObject({
      ok: true,
      scenario: { mix: { checkout: 1, mine: 2 }, transactions: [definition('mine')] },
    });
  });

  test('have thresholds, and run as an application', () => {
    const text = `transactions: { mine: a.sql }\nmix: { mine: 1 }\nsecurity: { role: app }\nthresholds: [ 'mine.response.p99 < 1s' ]\n`;
    expect(problemsOf(text)).toEqual([]);
  });

  test('have their problems reported behind those of the scenario', () => {
    const text = `transactions: { mine: bad.sql, yours: gone.sql }\nmix: { mine: 1, minne: 1 }\nrate: 5\n`;
    expect(problemsOf(text)).toEqual([
      'my.yaml:3:39: transactions.yours: cannot be read: there is no file gone.sql (got "gone.sql") - write the path of an .sql file, from the folder of the scenario',
      expect.stringMatching(/^my.yaml:4:17: mix.minne: .* did you mean mine\?/),
      'my.yaml:5:1: rate: is an unknown key (got 5) - it belongs to load.rate',
      'sql/bad.sql:3:2: wrong in line 3',
      'sql/bad.sql:9:2: wrong in line 9',
    ]);
  });

  test.each([
    [
      '{ checkout: a.sql }',
      '3:17: transactions.checkout: has the name of a transaction that is there',
    ],
    ['{ all: a.sql }', '3:17: transactions.all: is a word of thresholds'],
    ['{ Mine: a.sql }', '3:17: transactions.Mine: is not a name (got "Mine") - write lower-case'],
    ['{ __proto__: a.sql }', '3:17: transactions.__proto__: is not a name'],
    ['{ mine: 5 }', '3:23: transactions.mine: is not a text (got 5) - write a text'],
    ['[ a.sql ]', '3:15: transactions: is not a map (got a list) - write a map of names and files'],
  ])('%s', (transactions, problem) => {
    const problems = problemsOf(`transactions: ${transactions}\nmix: { checkout: 1 }\n`);
    expect(problems.join('\n')).toContain(`my.yaml:${problem}`);
    expect(problems).toHaveLength(1);
  });

  test('need a place where files can be', () => {
    const problems = problemsOf('transactions: { mine: a.sql }\nmix: { mine: 1 }\n', VOCABULARY);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('cannot be read: there are no files here');
  });
});
