import { z } from 'zod';
import { scenarioFileSchema } from './scenario-file.ts';

/** The parts of a JSON Schema node that scenario files use. */
export interface JsonSchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  /** For the reference; editors pass it over. */
  readonly example?: unknown;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly additionalProperties?: boolean | JsonSchemaNode;
  readonly items?: JsonSchemaNode;
  readonly anyOf?: readonly JsonSchemaNode[];
}

/**
 * The JSON Schema of scenario files, for editors. Draft 7 is what yaml-language-server supports in
 * full.
 */
export function scenarioJsonSchema(): JsonSchemaNode {
  return z.toJSONSchema(scenarioFileSchema, { io: 'input', target: 'draft-7' }) as JsonSchemaNode;
}

let schema: JsonSchemaNode | null = null;

/** The JSON Schema, made once: each problem of a file looks into it. */
function sharedSchema(): JsonSchemaNode {
  schema ??= scenarioJsonSchema();
  return schema;
}

/** The node that describes what stands at a path of a scenario file; null where nothing may stand. */
export function schemaNodeAt(path: readonly PropertyKey[]): JsonSchemaNode | null {
  let node: JsonSchemaNode | undefined = sharedSchema();
  for (const key of path) {
    const map: JsonSchemaNode = node?.anyOf?.[0] ?? node ?? {};
    node = map.properties?.[String(key)] ?? map.items ?? additional(map);
    if (node === undefined) return null;
  }
  return node ?? null;
}

/** The path of every key that holds a value rather than more keys, `load.connections.primary`. */
export function leafPaths(node = sharedSchema(), prefix = ''): readonly string[] {
  const map = node.anyOf?.[0] ?? node;
  if (map.properties === undefined) return [prefix];
  return Object.entries(map.properties).flatMap(([key, child]) =>
    leafPaths(child, prefix === '' ? key : `${prefix}.${key}`),
  );
}

function additional(node: JsonSchemaNode): JsonSchemaNode | undefined {
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}
