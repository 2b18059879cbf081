// The reference of scenario files: the keys from the types that read them, the words from the template.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { scenarioJsonSchema } from '../../dist/src/scenario/scenario-json-schema.js';

const TEMPLATE = new URL('template.md', import.meta.url);
const KEYS = '<!-- keys -->';

export function renderScenarioReference() {
  return readFileSync(TEMPLATE, 'utf8').replace(KEYS, () =>
    blocks(scenarioJsonSchema()).join('\n\n'),
  );
}

/** A table for the keys of the file itself, and one for each block of it. */
function blocks(schema) {
  const top = [];
  const tables = [];
  for (const [key, node] of Object.entries(schema.properties)) {
    const rows = leaves(node, key, schema.required.includes(key));
    if (rows.length === 1 && rows[0].path === key) top.push(...rows);
    else tables.push(`### \`${key}\`\n\n${node.description}\n\n${table(rows)}`);
  }
  return [table(top), ...tables];
}

function leaves(node, path, isRequired) {
  const map = node.anyOf?.[0] ?? node;
  if (map.properties === undefined) {
    const inner = node.items?.properties === undefined ? [] : leaves(node.items, `${path}[]`, true);
    return [{ path, node, isRequired }, ...inner];
  }
  const own = node.anyOf === undefined ? [] : [{ path, node, isRequired }];
  const inner = Object.entries(map.properties).flatMap(([key, child]) =>
    leaves(child, `${path}.${key}`, (map.required ?? []).includes(key)),
  );
  return [...own, ...inner];
}

function table(rows) {
  const lines = rows.map(({ path, node, isRequired }) => {
    const cells = [
      `\`${path}\``,
      values(node),
      preset(node, isRequired),
      node.description ?? '',
      `\`${written(path, exampleOf(node))}\``,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | value | default | meaning | example |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

function values(node) {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.pattern?.includes('ms|s|m|h')) return 'duration';
  if (node.pattern?.includes('/(s|m)')) return node.type === 'string' ? 'rate' : 'rate, or number';
  if (node.pattern?.includes('[km]?')) return 'scale';
  if (node.pattern?.includes('%?')) return 'share';
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') return wholeNumbers(node);
  if (node.type === 'array') return 'list';
  if (node.anyOf !== undefined) {
    const some = node.anyOf.find(({ type }) => type !== 'null');
    return `${some.type === 'object' ? 'map' : some.type === 'integer' ? wholeNumbers(some) : 'text'} or null`;
  }
  if (node.type !== 'object') return 'text';
  const { type } = node.additionalProperties;
  return `map of names and ${{ string: 'files', number: 'weights', object: 'changes' }[type] ?? 'values'}`;
}

function wholeNumbers({ minimum, maximum }) {
  return maximum < Number.MAX_SAFE_INTEGER ? `${minimum} to ${maximum}` : `${minimum} or more`;
}

function preset(node, isRequired) {
  if (node.default === undefined) return isRequired ? 'required' : 'none';
  if (node.default === null) return '`null`';
  // Of a text, a list or a map.
  if (['""', '[]', '{}'].includes(JSON.stringify(node.default))) return 'empty';
  return `\`${node.default}\``;
}

/** What the types say, else a value other than the default, else that. */
export function exampleOf(node) {
  if (node.example !== undefined) return node.example;
  if (node.enum !== undefined)
    return node.enum.find((value) => value !== node.default) ?? node.enum[0];
  if (node.type === 'boolean') return !node.default;
  return node.default ?? null;
}

/** The key as it stands in a file, in one line. */
function written(path, value) {
  const key = path.split('.').at(-1);
  return `${key}: ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`;
}
