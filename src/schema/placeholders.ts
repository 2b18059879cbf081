import { scanSql } from './sql-tokens.ts';

/** What stands for a value in a statement's text: `:name`, or `$1` with the name `1`. */
export interface Placeholder {
  readonly kind: 'named' | 'positional';
  readonly name: string;
  /** Of its `:` or `$`, in UTF-16 units. */
  readonly start: number;
}

/** The placeholders of an SQL text: none inside literals, quoted identifiers, dollar quotes and comments. */
export function* placeholdersOf(text: string): Generator<Placeholder, void> {
  for (const { kind, text: token, start } of scanSql(text)) {
    if (kind === 'named' || kind === 'positional') yield { kind, name: token.slice(1), start };
  }
}

/** Replaces the placeholders of an SQL text. */
export function replacePlaceholders(
  text: string,
  replace: (placeholder: Placeholder) => string,
): string {
  let result = '';
  let end = 0;
  for (const placeholder of placeholdersOf(text)) {
    result += text.slice(end, placeholder.start) + replace(placeholder);
    end = placeholder.start + 1 + placeholder.name.length;
  }
  return result + text.slice(end);
}
