import { z } from 'zod';
import { DURATION, type Notation, type ParsedUnit, parseDurationMs } from './units.ts';

/** A value with a unit: read by `parse`, described to editors by its notation. */
export function withUnit(
  parse: (input: unknown) => ParsedUnit,
  notation: Notation,
  description: string,
) {
  return z
    .unknown()
    .transform((input, context): number => {
      const parsed = parse(input);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.message, input });
      return z.NEVER;
    })
    .meta({ type: 'string', pattern: notation.pattern, description });
}

/** Reads a duration of at least a millisecond. */
export function positiveDurationMs(input: unknown): ParsedUnit {
  const parsed = parseDurationMs(input);
  if (!parsed.ok || parsed.value > 0) return parsed;
  return { ok: false, message: `must be more than 0 (got "${String(input)}") - ${DURATION.right}` };
}

/** A whole number in a range, both ends included. */
export function whole(min: number, max: number, description: string) {
  return z.int().min(min).max(max).meta({ description });
}
