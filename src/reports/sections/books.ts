import type { RunRecord } from '../../measurements/run-record.ts';
import { formatCount, formatDuration } from '../format.ts';
import { booksSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';

/** Whether every acknowledged order is there, once and unchanged, and the shop's sums hold. */
export function booksSection(record: RunRecord): Section {
  return section({
    id: 'books',
    title: 'Books',
    opening: booksSentence(record),
    body: record.books.checked
      ? html`${acknowledgedTable(record)}${invariantTable(record)}${examples(record)}`
      : html``,
    method:
      'Acknowledged: the client read the command tag COMMIT, from the first arrival of the warm-up to the last of the run. After the run the orders in the database are compared with that set by number and total. In doubt: checkouts whose connection was lost at COMMIT; looked up by their token. Unexpected: orders that nobody acknowledged and that were not in doubt. Each invariant is one query over the whole shop.',
  });
}

function acknowledgedTable(record: RunRecord): Html {
  const { books } = record;
  return dataTable({
    caption: 'Acknowledged checkouts against the database',
    columns: [
      'acknowledged',
      'found',
      'missing',
      'different',
      'doubled',
      'unexpected',
      'in doubt',
      'of these committed',
      'of these lost',
    ].map((label) => ({ label })),
    rows: [
      [
        formatCount(books.acknowledged),
        formatCount(books.found),
        problems(books.missing),
        problems(books.different),
        problems(books.doubled),
        problems(books.unexpected),
        formatCount(books.inDoubt.total),
        formatCount(books.inDoubt.committed),
        formatCount(books.inDoubt.lost),
      ],
    ],
  });
}

function invariantTable(record: RunRecord): Html {
  if (record.books.invariants.length === 0) return html`<p>No invariant was checked.</p>`;
  return dataTable({
    caption: 'Invariants of the shop',
    columns: [
      { label: 'check' },
      { label: 'question', isText: true },
      { label: 'answer', isText: true },
      { label: 'violations' },
      { label: 'took' },
    ],
    rows: record.books.invariants.map(({ name, question, violations, durationMs }) => [
      name,
      question,
      violations === 0
        ? html`<span class="good">✓ holds</span>`
        : html`<span class="bad">✗ broken</span>`,
      problems(violations),
      formatDuration(durationMs * 1_000),
    ]),
  });
}

/** A count that should be zero. */
function problems(count: number): string | Html {
  return count === 0 ? '0' : html`<strong class="bad">${formatCount(count)}</strong>`;
}

function examples(record: RunRecord): readonly Html[] {
  return record.books.invariants
    .filter((check) => check.examples.length > 0)
    .map(
      (check) =>
        html`<details open><summary>Violations of ${check.name}: the first ${check.examples.length}</summary><pre>${check.examples.map((example) => `${JSON.stringify(example)}\n`)}</pre></details>`,
    );
}
