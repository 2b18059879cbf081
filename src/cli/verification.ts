import type { VerifyResult } from '../loading/verify-shop.ts';

/** What a verification found: every table and book in `full`, else what is wrong and the conclusion. */
export function describeVerification(
  { identity, tables, invariants, passed }: VerifyResult,
  options: { readonly full?: boolean } = {},
): string {
  const lines = options.full ? [`Dataset ${identity}`] : [];
  for (const { table, rows, expectedRows, matches } of tables) {
    if (matches && !options.full) continue;
    const count = rows.toLocaleString('en').padStart(12);
    const verdict = matches
      ? 'as generated'
      : rows === expectedRows
        ? 'OTHER CONTENT'
        : `EXPECTED ${expectedRows.toLocaleString('en')} ROWS`;
    lines.push(`  ${table.padEnd(22)}${count} rows  ${verdict}`);
  }
  for (const { question, violations } of invariants) {
    if (violations === 0 && !options.full) continue;
    const verdict = violations === 0 ? 'yes' : `NO, ${violations} violations`;
    lines.push(`  ${question} ${verdict}`);
  }
  lines.push(
    passed ? 'Verified: rows, checksums and books are right.' : conclude(tables, invariants),
  );
  return lines.join('\n');
}

function conclude(tables: VerifyResult['tables'], invariants: VerifyResult['invariants']): string {
  const changed = tables.filter(({ matches }) => !matches).length;
  const broken = invariants.filter(({ violations }) => violations > 0).length;
  if (broken > 0) return `NOT VERIFIED: ${broken} of ${invariants.length} books do not balance.`;
  return `NOT AS GENERATED: ${changed} tables differ, as after a run in place. The books balance.`;
}
