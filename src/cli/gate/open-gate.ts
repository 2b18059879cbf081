import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import type { Arm } from '../../experiments/arms/arm.ts';
import { type DuetSetting, GATE_TIMING } from '../../experiments/duet/open-duet.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { loadCallbacks } from '../load-progress.ts';
import { durationOption } from '../option-values.ts';

const DEFAULT_BUDGET_MS = 10 * 60_000;

/** What both uses of a duet, gate and self-test, measure with. */
export function duetSetting(
  context: CommandContext,
  values: ArgumentValues,
): Omit<DuetSetting, 'servers' | 'baseline' | 'candidate'> {
  const blockMs = durationOption(values, 'block') ?? GATE_TIMING.blockMs;
  return {
    ...loadCallbacks(context),
    timing: { blockMs, warmUpMs: Math.min(GATE_TIMING.warmUpMs, blockMs) },
    budgetMs: durationOption(values, 'budget') ?? DEFAULT_BUDGET_MS,
    workers: Math.min(2, availableParallelism()),
  };
}

/** What clone pairs of two arms depend on, as one hash: pairs of the same subject go together. */
export function subjectOf(arms: readonly Arm[], settings: unknown): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([hostname(), settings, arms.map(({ scenario }) => scenario)]));
  for (const { code } of arms) {
    const dist = join(code.root, 'dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.js')).sort()) {
      hash.update(`\0${file}\0`).update(readFileSync(join(dist, file)));
    }
  }
  return hash.digest('hex');
}
