import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { messageOf } from '../errors.ts';
import type { Finding } from './finding.ts';
import type { Position } from './text-position.ts';
import { shortened } from './units.ts';
import { MAX_DEPTH, placeTooDeep } from './yaml-depth.ts';

export interface YamlFault extends Position {
  readonly message: string;
}

/** A YAML text with its data and the places where the data stand. */
export interface YamlSource {
  readonly data: unknown;
  readonly faults: readonly YamlFault[];
  /** False when the text is broken so that its data cannot be trusted. */
  readonly isReadable: boolean;
  /** Where a finding's key or value stands; for a missing key where its parent does. */
  locate(finding: Pick<Finding, 'path' | 'anchor'>): Position;
}

/**
 * Reads one YAML 1.2 document. Nothing is thrown: what is wrong stands in `faults`. Where the text is
 * nested too deeply, nothing else is looked at.
 */
export function readYaml(text: string): YamlSource {
  const tooDeep = placeTooDeep(text);
  if (tooDeep !== null) {
    const message = `is nested too deeply (got more than ${MAX_DEPTH} levels) - write a map with the keys name, load and mix`;
    return {
      data: null,
      faults: [{ ...tooDeep, message }],
      isReadable: false,
      locate: () => tooDeep,
    };
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // `!!binary` and its like would make of a text what no scenario has.
    resolveKnownTags: false,
    // Warnings stand in the document; without this some are printed as well.
    logLevel: 'error',
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    ...positionOf(fault.pos[0]),
    message: textOf(fault, text),
  }));
  let isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  let data: unknown = null;
  try {
    if (isReadable) data = document.toJS();
  } catch (error) {
    isReadable = false;
    const { offset, message } = aliasFault(document, error);
    faults.push({ ...positionOf(offset), message });
  }
  return {
    data,
    faults,
    isReadable,
    locate: ({ path, anchor }) => positionOf(offsetOf(document.contents, path, anchor)),
  };
}

/** An alias without its anchor, or aliases of aliases that grow without end. */
function aliasFault(document: Document.Parsed, error: unknown) {
  const isTooMuch = messageOf(error).startsWith('Excessive alias count');
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      if (!isTooMuch && alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  const message = isTooMuch
    ? 'has aliases that multiply (got more than 100 values through one anchor) - write the values out'
    : `is not valid YAML: ${shortened(messageOf(error))}`;
  return { offset, message };
}

function textOf(fault: YAMLError, text: string): string {
  if (fault.code === 'DUPLICATE_KEY') {
    const [key = ''] = /^[^:\s]*/.exec(text.slice(fault.pos[0])) ?? [];
    return `has the same key twice in one map (got ${shortened(key)}) - keep one of them`;
  }
  if (fault.code === 'MULTIPLE_DOCS') {
    return 'is more than one document (got a second ---) - write each scenario into its own file';
  }
  return `is not valid YAML: ${shortened(fault.message)}`;
}

/** Walks down as far as the path exists; what is missing is placed at the key of its parent. */
function offsetOf(root: unknown, path: readonly PropertyKey[], anchor: 'key' | 'value'): number {
  let node = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      // Of two equal keys the last one's value is in the data.
      const pair: Pair | undefined = node.items.findLast(
        (item) => textOfKey(item.key) === String(key),
      );
      if (pair === undefined) return offset;
      const valueOffset = isLast && anchor === 'value' ? startOf(pair.value) : null;
      offset = valueOffset ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (node === undefined) return offset;
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** A key as it stands in the data: of no key at all, `: 1`, an empty text. */
function textOfKey(key: unknown): string {
  return String((isScalar(key) ? key.value : key) ?? '');
}

/** A value that is not there, `key:`, has an empty range: then its key is the better place. */
function startOf(node: unknown): number | null {
  if (!isNode(node) || !node.range) return null;
  const [start, end] = node.range;
  return isScalar(node) && start === end ? null : start;
}
