import { type CST, LineCounter, Parser } from 'yaml';

/** Scenario files need five. */
export const MAX_DEPTH = 50;

/**
 * Where a YAML text is first nested more than {@link MAX_DEPTH} levels deep; null where it nowhere is.
 *
 * The composer of `yaml` goes down by recursion and catches, at each level, the overflow of the stack
 * below it: brackets in their thousands kept it busy for minutes. Its parser has a stack of its own.
 */
export function placeTooDeep(
  text: string,
): { readonly line: number; readonly column: number } | null {
  const lineCounter = new LineCounter();
  const open: { readonly token: CST.Token; readonly depth: number }[] = [];
  const enter = (token: CST.Token | null | undefined, depth: number) => {
    if (token) open.push({ token, depth });
  };
  for (const document of new Parser(lineCounter.addNewLine).parse(text)) {
    if (document.type === 'document') enter(document.value, 1);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { token, depth } = next;
      if (!('items' in token)) continue;
      if (depth > MAX_DEPTH) {
        const { line, col } = lineCounter.linePos(token.offset);
        return { line, column: col };
      }
      for (const item of token.items) {
        enter(item.key, depth + 1);
        enter(item.value, depth + 1);
      }
    }
  }
  return null;
}
