import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CartloadError } from '../../errors.ts';
import { GATE_MARGINS } from '../../experiments/duet/duet-figures.ts';
import { transferSchema } from '../../measurements/experiment-record.ts';
import type { CommandContext } from '../context.ts';

const share = z.number().positive().max(10);

/** What `gate --self-test` leaves for the gates to come. */
const marginsFileSchema = z.object({
  measuredAt: z.iso.datetime(),
  host: z.string(),
  clonePairs: z.int().positive(),
  /** Shares of simulated gates between equal arms. */
  falseAlarms: z.number(),
  undecided: z.number(),
  margins: z.object({ cpu: share, paired: share, p95: share }),
  transfer: transferSchema.nullable().default(null),
});

export type MarginsFile = z.infer<typeof marginsFileSchema>;

/** Beside the configuration of the targets. */
export function marginsFile({ configFile }: CommandContext): string {
  return join(dirname(configFile), 'cartload.margins.json');
}

/**
 * The margins of this machine and what a duet sees on it, where a self-test has measured them; else the
 * usual ones, and nothing.
 *
 * @throws CartloadError BAD_OPTION where the file is not one that a self-test wrote
 */
export function readMargins(context: CommandContext): Pick<MarginsFile, 'margins' | 'transfer'> {
  const file = marginsFile(context);
  if (!existsSync(file)) return { margins: GATE_MARGINS, transfer: null };
  try {
    return marginsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CartloadError('BAD_OPTION', `${file} does not hold the margins of a gate.`, {
      hint: 'Remove it, or measure them anew: npm run gate -- --self-test.',
      cause,
    });
  }
}
