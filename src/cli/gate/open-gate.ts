import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { CartloadError } from '../../errors.ts';
import type { Arm } from '../../experiments/arms/arm.ts';
import { type CodeBase, loadCodeBase } from '../../experiments/arms/code-base.ts';
import { type DuetSetting, GATE_TIMING } from '../../experiments/gate/open-duet.ts';
import { packageRoot } from '../../package-info.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { loadCallbacks } from '../load-progress.ts';
import { durationOption } from '../option-values.ts';
import { readScenario } from '../scenario-files.ts';

const DEFAULT_BUDGET_MS = 10 * 60_000;

/** The working tree, as an arm by itself. */
export const WORKING_TREE = { name: 'whole', label: 'the working tree', root: packageRoot };
/** The same as one of two. */
export const CANDIDATE = { name: 'candidate', label: 'the working tree', root: packageRoot };

/**
 * An arm with the scenario as its own commit has it: the same path below its root, where the scenario is
 * one of the checkout's.
 *
 * @param asked what is asked of the shop, where that is not for the arm to say: both are asked the same
 */
export async function openArm(
  { userDirectory }: CommandContext,
  values: ArgumentValues,
  { name, label, root }: { readonly name: string; readonly label: string; readonly root: string },
  asked?: Scenario,
): Promise<Arm> {
  const given = String(values['scenario']);
  const inCheckout = relative(packageRoot, resolve(userDirectory, given));
  const isOutside = inCheckout.startsWith('..');
  const own = isOutside ? readScenario(given, userDirectory) : readScenario(inCheckout, root);
  const { dataset, load, mix, access } = asked ?? own;
  const scenario = { ...own, dataset, load, mix, access };
  const code = await loadCodeBase(root);
  checkMix(scenario, code, label);
  return { name, label, code, scenario };
}

function checkMix(scenario: Scenario, { workload }: CodeBase, label: string): void {
  const known = workload.createTransactions(
    { ...scenario.checkout, logic: scenario.logic },
    scenario.transactions,
  );
  const unknown = Object.keys(scenario.mix).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new CartloadError(
    'BAD_BASELINE',
    `The scenario's mix names what ${label} does not know: ${unknown.join(', ')}.`,
    { hint: 'Compare by a scenario that both commits can run.' },
  );
}

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
