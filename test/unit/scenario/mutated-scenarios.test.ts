import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatProblem, parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { mutations } from '../../helpers/scenario-mutations.ts';
import { VOCABULARY } from './vocabulary.ts';

const SCENARIOS = new URL('../../../scenarios/', import.meta.url);
const shipped = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(new URL(file, SCENARIOS), 'utf8'));

describe('scenario files broken by mutation', () => {
  const broken = mutations(shipped).flatMap((text) => {
    const parsed = parseScenario(text, 'broken.yaml', VOCABULARY);
    // A mutation may leave a file that is as good as before.
    return parsed.ok ? [] : [{ text, problems: parsed.problems }];
  });

  test('are at least two hundred, each another', () => {
    expect(new Set(broken.map(({ text }) => text)).size).toBeGreaterThanOrEqual(200);
  });

  test('each have their problems, placed in the text, in the words of all problems', () => {
    for (const { text, problems } of broken) {
      expect(problems.length, text).toBeGreaterThan(0);
      const lines = text.split('\n');
      for (const problem of problems) {
        const shown = formatProblem(problem);
        expect(problem.line, shown).toBeGreaterThanOrEqual(1);
        expect(problem.line, shown).toBeLessThanOrEqual(lines.length + 1);
        expect(problem.column, shown).toBeGreaterThanOrEqual(1);
        expect(shown).toMatch(/^broken\.yaml:\d+:\d+: \S/);
        expect(shown).not.toMatch(/undefined|\[object|Error:|\n\s+at /);
        expect(problem.message.length, shown).toBeLessThan(1500);
      }
    }
  });
});
