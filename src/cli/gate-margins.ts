import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { CartloadError } from '../errors.ts';
import { GATE_MARGINS, type GateMargins } from '../experiments/gate/duet-figures.ts';

const share = z.number().positive().max(10);

/** What `gate --self-test` leaves for the gates to come. */
export const marginsFileSchema = z.object({
  measuredAt: z.iso.datetime(),
  host: z.string(),
  clonePairs: z.int().positive(),
  /** Shares of simulated gates between equal arms. */
  falseAlarms: z.number(),
  undecided: z.number(),
  margins: z.object({ cpu: share, paired: share, p95: share }),
});

/**
 * The margins of this machine, where a self-test has measured them; else the usual ones.
 *
 * @throws CartloadError BAD_OPTION where the file is not one that a self-test wrote
 */
export function readMargins(file: string): GateMargins {
  if (!existsSync(file)) return GATE_MARGINS;
  try {
    return marginsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).margins;
  } catch (cause) {
    throw new CartloadError('BAD_OPTION', `${file} does not hold the margins of a gate.`, {
      hint: 'Remove it, or measure them anew: npm run gate -- --self-test.',
      cause,
    });
  }
}
