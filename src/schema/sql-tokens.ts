/** A piece of an SQL text; blanks stand between them. */
export interface SqlToken {
  /**
   * `named` is a parameter `:name` or `:statement.column`, `positional` is `$1`. A `string` may be
   * quoted by dollars. A `symbol` is one character of whatever else there is, but `::` and `:=`.
   */
  readonly kind:
    | 'comment'
    | 'string'
    | 'quoted_name'
    | 'word'
    | 'number'
    | 'named'
    | 'positional'
    | 'symbol';
  readonly text: string;
  /** Of its first character, in UTF-16 units. */
  readonly start: number;
  /** False for a quote or comment that the text ends in: the last token. */
  readonly isClosed: boolean;
}

const WORD = String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`;
const NAME = String.raw`[A-Za-z_]\w*`;
const ESCAPE_STRING = String.raw`'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'?`;

// In the order in which the server's scanner would try them. An escape string goes on in the next
// line, where it needs no E again.
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--[^\n\r]*)`,
    String.raw`(?<block>/\*)`,
    String.raw`(?<escapeString>[eE]${ESCAPE_STRING}(?:[^\S\n\r]*[\n\r]\s*${ESCAPE_STRING})*)`,
    `(?<string>'[^']*(?:''[^']*)*'?)`,
    `(?<quotedName>"[^"]*(?:""[^"]*)*"?)`,
    String.raw`(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`(?<positional>\$\d+)`,
    `(?<word>${WORD})`,
    String.raw`(?<number>\d[\w.]*)`,
    '(?<pair>::|:=)',
    String.raw`(?<named>:${NAME}(?:\.${NAME})?)`,
    String.raw`(?<symbol>\S)`,
  ].join('|'),
  'g',
);

/**
 * The tokens of an SQL text as PostgreSQL reads it with its default settings, comments included. What
 * the server would refuse is tokens, too: nothing is thrown.
 */
export function* scanSql(text: string): Generator<SqlToken, void> {
  const pattern = new RegExp(TOKEN);
  const brackets: string[] = [];
  let previous: SqlToken | null = null;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    let token = tokenOf(text, match);
    if (token.kind === 'named' && isSliceColon(token, previous, brackets.at(-1))) {
      token = { ...token, kind: 'symbol', text: ':' };
    }
    pattern.lastIndex = token.start + token.text.length;
    yield token;
    if (token.kind === 'comment') continue;
    if (token.text === '[' || token.text === '(') brackets.push(token.text);
    if (token.text === ']' || token.text === ')') brackets.pop();
    previous = token;
  }
}

function tokenOf(all: string, match: RegExpExecArray): SqlToken {
  const start = match.index;
  const { groups = {} } = match;
  const [text] = match;
  const closed = (kind: SqlToken['kind']): SqlToken => ({ kind, text, start, isClosed: true });
  if (groups['block'] !== undefined) return blockComment(all, start);
  if (groups['dollar'] !== undefined) return dollarString(all, start, text);
  if (groups['escapeString'] !== undefined) {
    return { kind: 'string', text, start, isClosed: isEven(text.replaceAll(/\\[\s\S]/g, ''), "'") };
  }
  if (groups['string'] !== undefined) {
    return { kind: 'string', text, start, isClosed: isEven(text, "'") };
  }
  if (groups['quotedName'] !== undefined) {
    return { kind: 'quoted_name', text, start, isClosed: isEven(text, '"') };
  }
  if (groups['comment'] !== undefined) return closed('comment');
  if (groups['word'] !== undefined) return closed('word');
  if (groups['number'] !== undefined) return closed('number');
  if (groups['named'] !== undefined) return closed('named');
  if (groups['positional'] !== undefined) return closed('positional');
  return closed('symbol');
}

/** A doubled quote is one of the text's: a string is closed when its quotes come in pairs. */
function isEven(text: string, quote: string): boolean {
  return text.split(quote).length % 2 === 1;
}

/** PostgreSQL's block comments nest, which a regular expression cannot follow. */
function blockComment(all: string, start: number): SqlToken {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(all); match !== null; match = edge.exec(all)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth > 0) continue;
    return { kind: 'comment', text: all.slice(start, edge.lastIndex), start, isClosed: true };
  }
  return { kind: 'comment', text: all.slice(start), start, isClosed: false };
}

function dollarString(all: string, start: number, tag: string): SqlToken {
  const end = all.indexOf(tag, start + tag.length);
  const isClosed = end >= 0;
  const text = isClosed ? all.slice(start, end + tag.length) : all.slice(start);
  return { kind: 'string', text, start, isClosed };
}

/**
 * A colon behind an operand is that of a slice, `path[2:depth]`: no parameter can stand there. Outside
 * of brackets the word before a blank is a keyword: `limit :n`.
 */
function isSliceColon(colon: SqlToken, previous: SqlToken | null, bracket?: string): boolean {
  if (previous === null || (previous.kind === 'symbol' && !/^[\])]$/.test(previous.text))) {
    return false;
  }
  return bracket === '[' || previous.start + previous.text.length === colon.start;
}
