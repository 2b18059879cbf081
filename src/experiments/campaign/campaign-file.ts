import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CartloadError } from '../../errors.ts';
import { topologySchema } from '../../pricing/topology.ts';

const settings = z
  .record(z.string().regex(/^[a-z_][a-z0-9_.]*$/), z.union([z.string(), z.number(), z.boolean()]))
  .transform((given) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])),
  );

const local = z.strictObject({
  /** Folder of other server programs than the embedded ones. */
  binaries: z.string().nullable().default(null),
  settings: settings.prefault({}),
  processors: z.int().positive().nullable().default(null),
});

const given = z.strictObject({
  primary: z.string(),
  replicas: z.array(z.string()).default([]),
});

const campaignClass = z
  .strictObject({
    /** A server of its own on this machine. */
    local: local.optional(),
    /** Servers that are there, with the shop loaded or to be loaded. */
    url: given.optional(),
    topology: topologySchema.optional(),
  })
  .refine(({ local: own, url }) => (own === undefined) !== (url === undefined), {
    message: 'needs one provider: local or url',
  });

const campaignSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/, 'write lower-case letters, digits and hyphens'),
  /** As for `bench`. */
  scenario: z.string(),
  /** Headline transactions per second that a class is to take. */
  objective: z.number().positive().nullable().default(null),
  repeats: z.int().min(1).max(100).default(1),
  /** Of the order in which the classes are measured. */
  seed: z.int().nonnegative().default(1),
  /** Dollars: no step is begun once as much is spent. */
  ceiling: z.number().positive().nullable().default(null),
  classes: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), campaignClass)
    .refine((classes) => Object.keys(classes).length > 0, { message: 'names no class' }),
});

/** What is measured, one class after the other. */
export type Campaign = z.infer<typeof campaignSchema>;
export type CampaignClass = z.infer<typeof campaignClass>;

/**
 * Reads a campaign file.
 *
 * @throws CartloadError BAD_CAMPAIGN with every problem and its place
 */
export function parseCampaign(text: string, file: string): Campaign {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (problems: readonly string[]) =>
    new CartloadError(
      'BAD_CAMPAIGN',
      `${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n  ${problems.join('\n  ')}`,
      {
        hint: 'Keys are described in docs/capacity.md.',
      },
    );
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ message }) => message.split('\n')[0] ?? message));
  }
  const parsed = campaignSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw refuse(
    parsed.error.issues.map(({ path, message }) => {
      const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true);
      const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
      const at = range === undefined ? null : lines.linePos(range[0] ?? 0);
      const place = at === null ? file : `${file}:${at.line}:${at.col}`;
      return `${place}: ${path.length === 0 ? '' : `${path.map(String).join('.')}: `}${message}`;
    }),
  );
}
