import {
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
import type { Finding } from './finding.ts';
import type { Position } from './text-position.ts';

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

/** Reads one YAML 1.2 document. Nothing is thrown: what is wrong stands in `faults`. */
export function readYaml(text: string): YamlSource {
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
    message: messageOf(fault, text),
  }));
  let isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  let data: unknown = null;
  try {
    data = document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that grows without end.
    isReadable = false;
    const reason = error instanceof Error ? error.message : String(error);
    let offset = 0;
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined;
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    faults.push({ ...positionOf(offset), message: `is not valid YAML: ${reason}` });
  }
  return {
    data,
    faults,
    isReadable,
    locate: ({ path, anchor }) => positionOf(offsetOf(document.contents, path, anchor)),
  };
}

function messageOf(fault: YAMLError, text: string): string {
  if (fault.code === 'DUPLICATE_KEY') {
    const [key = ''] = /^[^:\s]*/.exec(text.slice(fault.pos[0])) ?? [];
    return `has the same key twice in one map (got ${key}) - keep one of them`;
  }
  if (fault.code === 'MULTIPLE_DOCS') {
    return 'is more than one document (got a second ---) - write each scenario into its own file';
  }
  return `is not valid YAML: ${fault.message}`;
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
        (item) => (isScalar(item.key) ? String(item.key.value) : String(item.key)) === String(key),
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

/** A value that is not there, `key:`, has an empty range: then its key is the better place. */
function startOf(node: unknown): number | null {
  if (!isNode(node) || !node.range) return null;
  const [start, end] = node.range;
  return isScalar(node) && start === end ? null : start;
}
