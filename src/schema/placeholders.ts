/** What stands for a value in a statement's text: `:name`, or `$1` with the name `1`. */
export interface Placeholder {
  readonly kind: 'named' | 'positional';
  readonly name: string;
}

// In the order in which the server's scanner would try them. A colon starts a name only where no
// operand ends before it: `ids::bigint[]` is a cast and `path[2:depth]` a slice.
const TOKEN = new RegExp(
  [
    String.raw`(?<![\w$])[eE]'(?:[^'\\]|''|\\[\s\S])*'`,
    `'(?:[^']|'')*'`,
    `"(?:[^"]|"")*"`,
    String.raw`(?<![\w$])\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?\$\k<tag>\$`,
    String.raw`--[^\n]*`,
    String.raw`(?<comment>/\*)`,
    String.raw`(?<![\w\])":]):(?<named>[A-Za-z_]\w*)`,
    String.raw`(?<![\w$])\$(?<positional>\d+)`,
  ].join('|'),
  'g',
);

/**
 * Replaces the placeholders of an SQL text, and nothing inside literals, quoted identifiers,
 * dollar quotes and comments.
 */
export function replacePlaceholders(
  text: string,
  replace: (placeholder: Placeholder) => string,
): string {
  let result = '';
  let end = 0;
  const token = new RegExp(TOKEN);
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const { comment, named, positional } = match.groups ?? {};
    if (comment !== undefined) {
      token.lastIndex = endOfComment(text, match.index);
      continue;
    }
    const name = named ?? positional;
    if (name === undefined) continue;
    result += text.slice(end, match.index);
    result += replace({ kind: named === undefined ? 'positional' : 'named', name });
    end = token.lastIndex;
  }
  return result + text.slice(end);
}

/** PostgreSQL's block comments nest, which a regular expression cannot follow. */
function endOfComment(text: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(text); match !== null; match = edge.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return text.length;
}
