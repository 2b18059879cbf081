/**
 * Escapes a text for a Markdown paragraph or table cell (GitHub's flavour): it can neither open
 * HTML, links or emphasis nor end a cell. What means nothing where it stands (an underscore inside
 * a word, `<` before a number) is left alone, so that the source can be read too.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&(?=[\w#])/g, '&amp;')
    .replace(/<(?=[A-Za-z/!?])/g, '&lt;')
    .replace(/[\\`*[\]|~#]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** A code span that ends where the text ends, whatever backticks are in it. Not for table cells. */
export function codeSpan(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ');
  const runs = oneLine.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const space = oneLine.startsWith('`') || oneLine.endsWith('`') ? ' ' : '';
  return `${fence}${space}${oneLine}${space}${fence}`;
}

/** A table whose first column is left-aligned and all others are right-aligned. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}
