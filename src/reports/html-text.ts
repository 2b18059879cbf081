const MARKUP = Symbol('markup');

/** Text that is HTML already. Made here only, so that nothing from a record can pass for it. */
export interface Html {
  readonly [MARKUP]: string;
}

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Template tag: every value is escaped, unless it is `Html`; lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = strings.map((part, index) => part + render(values[index] ?? null)).join('');
  return { [MARKUP]: markup };
}

/** Takes a text of our own as it is, such as the style sheet; never one from a record. */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/** The text to write to a file. */
export function markupOf(value: Html): string {
  return value[MARKUP];
}

function render(value: HtmlValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return MARKUP in value ? value[MARKUP] : value.map(render).join('');
}
