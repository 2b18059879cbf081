import type { z } from 'zod';
import { asMap, type Finding, valueAt } from './finding.ts';
import { nearestFirst, suggestion } from './nearest.ts';
import { SCENARIO_NAME, SETTING_NAME, scenarioFileSchema, THRESHOLD } from './scenario-file.ts';
import { type JsonSchemaNode, leafPaths, schemaNodeAt } from './scenario-json-schema.ts';
import { DURATION, given, RATE, SCALE, SHARE } from './units.ts';

const NOTATIONS = [DURATION, RATE, SCALE, SHARE, SCENARIO_NAME, SETTING_NAME, THRESHOLD];

/** What a map of names holds, by the type that its schema has. */
const MAPPED: Readonly<Record<string, string>> = {
  string: 'files',
  number: 'weights',
  object: 'changes',
};

type Issue = z.core.$ZodIssue;

/** Every place where the data departs from the shape of a scenario file. */
export function shapeFindings(data: unknown): readonly Finding[] {
  const parsed = scenarioFileSchema.safeParse(data, { reportInput: true });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => findingsOf(issue, data));
}

function findingsOf(issue: Issue, data: unknown): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(issue.path, key, data));
  }
  const { path } = issue;
  const right = expectation(schemaNodeAt(path));
  if (valueAt(data, path) === undefined) {
    return [{ path, anchor: 'key', message: `is missing - ${right}` }];
  }
  if (issue.code === 'custom') return [{ path, anchor: 'value', message: issue.message }];
  const meant =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? suggestion(issue.input, issue.values.map(String))
      : null;
  const hint = meant === null ? right : `did you mean ${meant}? ${right}`;
  const message = `${wrongWith(issue)} (got ${given(issue.input)}) - ${hint}`;
  return [{ path, anchor: 'value', message }];
}

function wrongWith(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === null ? 'has no value' : `is not ${nameOfType(issue.expected)}`;
    case 'invalid_value':
      return 'is not a known value';
    case 'too_small':
      return 'is too small';
    case 'too_big':
      return 'is too large';
    default:
      return 'is not well formed';
  }
}

function unknownKey(parent: readonly PropertyKey[], key: string, data: unknown): Finding {
  const path = [...parent, key];
  const siblings = Object.keys(propertiesOf(schemaNodeAt(parent)));
  const near = suggestion(key, siblings);
  const elsewhere = leafPaths().find((leaf) => leaf === key || leaf.endsWith(`.${key}`));
  let right = `known here are ${nearestFirst(key, siblings).join(', ')}`;
  if (elsewhere !== undefined) right = `it belongs to ${elsewhere}`;
  if (near !== null) right = `did you mean ${near}?`;
  return {
    path,
    anchor: 'key',
    message: `is an unknown key (got ${given(asMap(valueAt(data, parent))?.[key])}) - ${right}`,
  };
}

const NO_KEYS: Readonly<Record<string, JsonSchemaNode>> = {};

/** What would be right, in words, from the JSON Schema of the place. */
function expectation(node: JsonSchemaNode | null): string {
  if (node === null) return 'leave it out';
  const notation = NOTATIONS.find(({ pattern }) => pattern === node.pattern);
  if (notation !== undefined) return notation.right;
  if (node.enum !== undefined) {
    return node.enum.length === 1
      ? `write ${node.enum[0]}`
      : `write one of ${node.enum.join(', ')}`;
  }
  if (node.minimum !== undefined && node.maximum !== undefined) {
    const kind = node.type === 'integer' ? 'a whole number' : 'a number';
    return node.maximum < Number.MAX_SAFE_INTEGER
      ? `write ${kind} from ${node.minimum} to ${node.maximum}`
      : `write ${kind} of ${node.minimum} or more`;
  }
  // Something or null: `null` needs no advice.
  if (node.anyOf?.[0] !== undefined && propertiesOf(node) === NO_KEYS) {
    return expectation(node.anyOf[0]);
  }
  const keys = Object.keys(propertiesOf(node));
  if (keys.length > 0) return `write a map with the keys ${keys.join(', ')}`;
  if (typeof node.additionalProperties === 'object') {
    const { type } = node.additionalProperties;
    return `write a map of names and ${MAPPED[String(type)] ?? 'values'}`;
  }
  if (node.type === 'array') return 'write a list';
  return 'write a text';
}

function propertiesOf(node: JsonSchemaNode | null): Readonly<Record<string, JsonSchemaNode>> {
  return (node?.anyOf?.[0] ?? node)?.properties ?? NO_KEYS;
}

function nameOfType(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'object' || expected === 'record') return 'a map';
  if (expected === 'array') return 'a list';
  return expected === 'string' ? 'a text' : 'a number';
}
