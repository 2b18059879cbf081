import { suggestion } from '../../scenario/nearest.ts';
import type { SqlToken } from '../../schema/sql-tokens.ts';

const DIRECTIVES = ['access', 'parameter', 'name', 'rows'] as const;

/** A comment that means something: `-- rows: 1`, `-- parameter amount: integer 1..5`. */
export interface Directive {
  readonly key: (typeof DIRECTIVES)[number];
  /** `amount`; empty for all others than `parameter`. */
  readonly subject: string;
  readonly value: string;
  /** Offset of the comment, and of its value, in the file. */
  readonly start: number;
  readonly valueStart: number;
}

/** What stands between two names, or above the first. */
export interface Section {
  /** Null above the first. */
  readonly name: Directive | null;
  readonly directives: Directive[];
  /** Without the comments. */
  readonly tokens: SqlToken[];
}

/** Told of what is wrong at an offset of the file. */
export type Complain = (offset: number, message: string) => void;

/** Splits a transaction file at its names: the head, and a section for each. */
export function splitSections(
  text: string,
  tokens: readonly SqlToken[],
  complain: Complain,
): { readonly head: Section; readonly sections: readonly Section[] } {
  const head: Section = { name: null, directives: [], tokens: [] };
  const sections: Section[] = [];
  for (const token of tokens) {
    const section = sections.at(-1) ?? head;
    if (token.kind !== 'comment') {
      section.tokens.push(token);
      continue;
    }
    const directive = readDirective(text, token, complain);
    if (directive === null) continue;
    if (directive.key === 'name') {
      sections.push({ name: directive, directives: [], tokens: [] });
    } else if (isInPlace(directive, section, complain)) {
      section.directives.push(directive);
    }
  }
  return { head, sections };
}

/** Null for a comment that is only that: one behind code, or with another word before its colon. */
function readDirective(text: string, comment: SqlToken, complain: Complain): Directive | null {
  const lineStart = text.lastIndexOf('\n', comment.start) + 1;
  if (text.slice(lineStart, comment.start).trim() !== '') return null;
  const form = /^--\s*(?<key>[A-Za-z]+)(?:\s+(?<subject>[^\s:]+))?\s*:(?!:)\s*(?<value>.*?)\s*$/d;
  const match = form.exec(comment.text);
  if (match === null) return null;
  const { key: word = '', subject = '', value = '' } = match.groups ?? {};
  const key = DIRECTIVES.find((each) => each === word);
  if (key === 'parameter' && subject === '') {
    complain(comment.start, 'a parameter has no name - write -- parameter NAME: product');
    return null;
  }
  if (key !== 'parameter' && subject !== '') return null;
  if (key === undefined) {
    const meant = suggestion(word, DIRECTIVES);
    if (meant !== null) {
      const right = `did you mean ${meant}:? else word the comment differently`;
      complain(comment.start, `${word}: is close to what has a meaning here - ${right}`);
    }
    return null;
  }
  const [valueAt = 0] = match.indices?.groups?.['value'] ?? [];
  return { key, subject, value, start: comment.start, valueStart: comment.start + valueAt };
}

function isInPlace({ key, start }: Directive, section: Section, complain: Complain): boolean {
  if (section.name === null) {
    if (key !== 'rows') return true;
    complain(start, 'rows: stands above the first name: - move it below the name of its statement');
    return false;
  }
  if (key !== 'rows') {
    complain(start, `${key}: stands below a name: - move it to the top of the file`);
    return false;
  }
  if (section.tokens.length === 0) return true;
  complain(start, 'rows: stands below its SQL - move it between the name: and the SQL');
  return false;
}
