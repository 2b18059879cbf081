/** One column of a table in plain text. */
export interface TextColumn {
  readonly label: string;
  /** Words rather than numbers: aligned to the left. The first column always is. */
  readonly isText?: boolean;
  /** Printed once above neighbouring columns that share it. */
  readonly group?: string;
  /** Left out first where the width is short: the highest goes first; 0 always stays. */
  readonly dropOrder: number;
  readonly cells: readonly string[];
}

/**
 * Lines of a table whose numbers are right-aligned and whose words are left-aligned. Columns move closer and then give way, by their `dropOrder`, until a line fits into `width` characters.
 */
export function textTable(columns: readonly TextColumn[], width: number): readonly string[] {
  const widths = columns.map(columnWidth);
  const gap = total(widths, 2) <= width ? 2 : 1;
  if (total(widths, gap) > width) {
    const mostExpendable = Math.max(...columns.map((column) => column.dropOrder));
    if (mostExpendable > 0) {
      return textTable(
        columns.filter((column) => column.dropOrder !== mostExpendable),
        width,
      );
    }
  }
  const space = ' '.repeat(gap);
  const row = (texts: readonly string[]) =>
    texts
      .map((text, index) =>
        pad(text, widths[index] ?? 0, index === 0 || columns[index]?.isText === true),
      )
      .join(space);
  const rows = Math.max(0, ...columns.map((column) => column.cells.length));
  const body = Array.from({ length: rows }, (_, index) =>
    row(columns.map((column) => column.cells[index] ?? '')),
  );
  const head = row(columns.map((column) => column.label));
  return [...groupLine(columns, widths, gap), head, ...body].map((line) => line.trimEnd());
}

function columnWidth(column: TextColumn): number {
  return Math.max(column.label.length, ...column.cells.map((cell) => cell.length));
}

function total(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

function pad(text: string, width: number, isText: boolean): string {
  return isText ? text.padEnd(width) : text.padStart(width);
}

/** The line that names groups of columns, each name between dashes over the columns it covers. */
function groupLine(
  columns: readonly TextColumn[],
  widths: readonly number[],
  gap: number,
): readonly string[] {
  if (columns.every((column) => column.group === undefined)) return [];
  const parts: string[] = [];
  let index = 0;
  while (index < columns.length) {
    const group = columns[index]?.group;
    let end = index + 1;
    while (group !== undefined && columns[end]?.group === group) end += 1;
    const width = total(widths.slice(index, end), gap);
    parts.push(group === undefined ? ' '.repeat(width) : centred(group, width));
    index = end;
  }
  return [parts.join(' '.repeat(gap))];
}

function centred(text: string, width: number): string {
  const dashes = width - text.length - 2;
  if (dashes < 2) return text.slice(0, width).padStart(width);
  const left = Math.floor(dashes / 2);
  return `${'-'.repeat(left)} ${text} ${'-'.repeat(dashes - left)}`;
}
