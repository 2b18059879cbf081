import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { CartloadError, messageOf } from '../errors.ts';
import { type Topology, topologySchema } from '../pricing/topology.ts';
import { describeAddress, parseServerUrl, type ServerAddress } from './server-address.ts';

/** Where the shop is: servers of the user's, or the embedded cluster. */
export type Target =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'external';
      readonly primary: ServerAddress;
      readonly replicas: readonly ServerAddress[];
      /** What the clients of a load reach the primary through; null: nothing stands between. */
      readonly pooler: ServerAddress | null;
      /** What is paid for it, where the configuration says so. */
      readonly topology: Topology | null;
    };

export interface TargetOptions {
  /** A URL, or the name of a target in the configuration file. */
  readonly target?: string | undefined;
  readonly replicas?: readonly string[] | undefined;
  readonly pooler?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Path of `cartload.config.yaml`; it need not exist. */
  readonly configFile: string;
}

const PRODUCTION_NAME = /(^|[-_.])(prod|production|live)([-_.]|$)/i;

const configSchema = z.strictObject({
  targets: z.record(
    z.string(),
    z.strictObject({
      primary: z.string(),
      replicas: z.array(z.string()).default([]),
      pooler: z.string().optional(),
      topology: topologySchema.optional(),
    }),
  ),
});

/**
 * Finds the target: `--target` (URL or name), then CARTLOAD_PRIMARY_URL and CARTLOAD_REPLICA_URLS
 * (comma-separated), then the target `default` of the configuration file, then the embedded cluster.
 *
 * @throws CartloadError BAD_TARGET for a malformed URL, an unknown name or a replica without a primary;
 * PRODUCTION_DATABASE for a primary whose name looks like one
 */
export function resolveTarget(options: TargetOptions): Target {
  const found = resolveServers(options);
  if (options.pooler === undefined || found.kind === 'embedded') return found;
  return { ...found, pooler: parseServerUrl(options.pooler) };
}

function resolveServers(options: TargetOptions): Target {
  const { target, env, configFile } = options;
  const replicas = options.replicas ?? [];
  if (target !== undefined) {
    return target.includes('://')
      ? external(target, replicas)
      : named(target, readConfig(configFile), configFile, replicas);
  }
  const url = env['CARTLOAD_PRIMARY_URL'];
  if (url) {
    const listed = (env['CARTLOAD_REPLICA_URLS'] ?? '').split(',').filter((part) => part.trim());
    return external(url, replicas.length > 0 ? replicas : listed.map((part) => part.trim()));
  }
  if (replicas.length > 0) {
    throw new CartloadError('BAD_TARGET', 'A replica was given without its primary.', {
      hint: 'Give the primary too: --target URL --replica URL.',
    });
  }
  const targets = readConfig(configFile);
  return targets['default'] === undefined
    ? { kind: 'embedded' }
    : named('default', targets, configFile, []);
}

function external(
  primary: string,
  replicas: readonly string[],
  pooler?: string,
  topology?: Topology,
): Target {
  const address = parseServerUrl(primary);
  if (PRODUCTION_NAME.test(address.host) || PRODUCTION_NAME.test(address.database)) {
    const where = describeAddress(address);
    throw new CartloadError('PRODUCTION_DATABASE', `${where} looks like a production database.`, {
      hint: 'Cartload loads and drops tables: give it a database of its own under another name.',
    });
  }
  return {
    kind: 'external',
    primary: address,
    replicas: replicas.map(parseServerUrl),
    pooler: pooler === undefined ? null : parseServerUrl(pooler),
    topology: topology ?? null,
  };
}

type NamedTargets = z.infer<typeof configSchema>['targets'];

function named(
  name: string,
  targets: NamedTargets,
  configFile: string,
  replicas: readonly string[],
): Target {
  const found = targets[name];
  if (found === undefined) {
    const known = Object.keys(targets);
    throw new CartloadError('BAD_TARGET', `No target is named "${name}" in ${configFile}.`, {
      hint:
        known.length > 0
          ? `Named there: ${known.join(', ')}. A URL starts with postgres://.`
          : 'Give a URL: --target postgres://user@host:5432/database.',
    });
  }
  const { primary, pooler, topology } = found;
  return external(primary, replicas.length > 0 ? replicas : found.replicas, pooler, topology);
}

function readConfig(configFile: string): NamedTargets {
  if (!existsSync(configFile)) return {};
  let content: unknown;
  try {
    content = parse(readFileSync(configFile, 'utf8'));
  } catch (cause) {
    throw new CartloadError('BAD_TARGET', `${configFile} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  const parsed = configSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CartloadError(
      'BAD_TARGET',
      `${configFile}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`,
      {
        hint: 'It should read: targets: { name: { primary: URL, replicas: [URL], pooler: URL } }.',
      },
    );
  }
  return parsed.data.targets;
}
