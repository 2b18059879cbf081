import { hostname } from 'node:os';
import { CartloadError } from '../../errors.ts';
import { judgePairs } from '../../experiments/duet/decide.ts';
import { GATE_MARGINS } from '../../experiments/duet/duet-figures.ts';
import { measureEqualArms } from '../../experiments/gate/measure-equal-arms.ts';
import { marginsFrom, simulateGates } from '../../experiments/gate/simulate-gates.ts';
import { replaceFile } from '../../replace-file.ts';
import { renderSelfTest } from '../../reports/experiment/self-test-text.ts';
import { headlineOf } from '../../scenario/headline.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { openArm, WORKING_TREE } from '../open-arm.ts';
import { textOption } from '../option-values.ts';
import { shownPath } from '../shown-path.ts';
import { type MarginsFile, marginsFile } from './margins.ts';
import { duetSetting } from './open-gate.ts';
import { gateLine } from './progress.ts';

/** Clone pairs that it measures, and gates that it draws from them. */
const CLONE_PAIRS = 24;
const SIMULATED_GATES = 2000;
/** With fewer clone pairs no first look could be drawn that is not mostly repeats. */
const FEWEST_PAIRS = 12;

const EXIT_UNDECIDED = 3;

/** Measures equal arms, says how often a gate would be wrong, and writes the margins that this asks for. */
export async function selfTestGate(
  context: CommandContext,
  values: ArgumentValues,
): Promise<number> {
  if (textOption(values, 'baseline-ref') !== undefined) {
    throw new CartloadError('BAD_OPTION', 'A self-test compares the working tree with itself.', {
      hint: 'Leave out --baseline-ref, or --self-test.',
    });
  }
  const { terminal } = context;
  const candidate = await openArm(context, values, WORKING_TREE);
  const headlineOfMix = headlineOf(candidate.scenario);
  return withExperimentServers(context, async (servers) => {
    const { pairs, headline, transfer } = await measureEqualArms({
      ...duetSetting(context, values),
      servers,
      baseline: { ...candidate, name: 'baseline' },
      candidate,
      clonePairs: CLONE_PAIRS,
      onPair: (measured) =>
        terminal.live(
          gateLine({
            clonePairs: measured.length,
            nextLook: CLONE_PAIRS,
            isConfirmation: false,
            figures: judgePairs(measured, headlineOfMix, GATE_MARGINS),
          }),
        ),
    });
    if (pairs.length < FEWEST_PAIRS) {
      terminal.say(`The budget ended after ${pairs.length} clone pairs: too few to tell.`);
      return EXIT_UNDECIDED;
    }
    const { seed } = candidate.scenario.dataset;
    const margins = marginsFrom(pairs, headline, seed);
    const counts = await simulateGates({
      pairs,
      headline,
      margins,
      gates: SIMULATED_GATES,
      seed,
      areArmsEqual: true,
    });
    const written: MarginsFile = {
      measuredAt: new Date().toISOString(),
      host: hostname(),
      clonePairs: pairs.length,
      falseAlarms: counts.regression / SIMULATED_GATES,
      undecided: (counts.undecided + counts.invalid) / SIMULATED_GATES,
      margins,
      transfer,
    };
    const file = marginsFile(context);
    await replaceFile(file, `${JSON.stringify(written, null, 2)}\n`);
    terminal.print(
      context.json
        ? JSON.stringify(written, null, 2)
        : renderSelfTest(
            { ...written, headline },
            SIMULATED_GATES,
            shownPath(file, context.userDirectory),
          ),
    );
    return 0;
  });
}
