export interface Position {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset in a text, in UTF-16 units. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
