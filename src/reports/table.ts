import { type Html, type HtmlValue, html } from './html-text.ts';

export interface Column {
  readonly label: string;
  /** Words rather than numbers: aligned to the left. The first column always is. */
  readonly isText?: boolean;
}

/** A row above the column heads that names groups of neighbouring columns. */
interface ColumnGroup {
  readonly label: string;
  readonly columns: number;
}

export type Cell = HtmlValue;

/** From this many columns on they move closer together. */
const DENSE_COLUMNS = 12;

/** An accessible table; the first cell of each row is its head. Zeroes are printed, but quietly. */
export function dataTable(options: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly groups?: readonly ColumnGroup[];
  readonly rows: readonly (readonly Cell[])[];
  readonly total?: readonly Cell[];
}): Html {
  const { caption, columns, groups, rows, total } = options;
  const kind = (index: number) =>
    index === 0 || columns[index]?.isText === true ? 'text' : 'number';
  const row = (cells: readonly Cell[]) =>
    html`<tr>${cells.map((cell, index) => {
      if (index === 0) return html`<th scope="row">${cell}</th>`;
      const quiet = cell === '0' || cell === '0 %' || cell === '-' ? ' zero' : '';
      return html`<td class="${kind(index)}${quiet}">${cell}</td>`;
    })}</tr>\n`;
  const groupRow =
    groups === undefined
      ? null
      : html`<tr>${groups.map(({ label, columns: span }) =>
          label === ''
            ? html`<td colspan="${span}"></td>`
            : html`<th scope="colgroup" class="group" colspan="${span}">${label}</th>`,
        )}</tr>`;
  const head = columns.map(
    ({ label }, index) => html`<th scope="col" class="${kind(index)}">${breakable(label)}</th>`,
  );
  const foot = total === undefined ? null : html`<tfoot>${row(total)}</tfoot>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table${columns.length >= DENSE_COLUMNS ? html` class="dense"` : null}><caption>${caption}</caption><thead>${groupRow}<tr>${head}</tr></thead><tbody>
${rows.map(row)}</tbody>${foot}</table></div>`;
}

/** A table that opens on demand: what stands behind a plot. */
export function tableBehind(summary: string, table: Html): Html {
  return html`<details><summary>${summary}</summary>${table}</details>`;
}

/** Lets a long name break after its underscores. */
function breakable(name: string): Html {
  const parts = name.split(/(?<=_)/);
  return html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}
