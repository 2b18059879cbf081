import { relative, resolve } from 'node:path';
import { CartloadError } from '../errors.ts';
import type { Arm } from '../experiments/arms/arm.ts';
import { type CodeBase, loadCodeBase } from '../experiments/arms/code-base.ts';
import { packageRoot } from '../package-info.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ArgumentValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { readScenario } from './scenario-files.ts';

/** The working tree as an arm; as one of two it is the candidate. */
export const WORKING_TREE = {
  name: 'candidate',
  label: 'the working tree',
  root: packageRoot,
} as const;

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
