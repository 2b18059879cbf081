import pg from 'pg';

/** The fields of an ErrorResponse or NoticeResponse by their letters. */
function fieldsOf(bytes: Buffer, start: number, end: number): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = start; at < end && bytes[at] !== 0; ) {
    const valueEnd = bytes.indexOf(0, at + 1);
    if (valueEnd < 0 || valueEnd >= end) break;
    fields[String.fromCharCode(bytes[at] ?? 0)] = bytes.toString('utf8', at + 1, valueEnd);
    at = valueEnd + 1;
  }
  return fields;
}

/** The server's own error, as `pg` throws it, and whether the server ends the connection with it. */
export function readError(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly error: pg.DatabaseError; readonly isFatal: boolean } {
  const fields = fieldsOf(bytes, start, end);
  const error = new pg.DatabaseError(fields['M'] ?? 'no message', end - start, 'error');
  error.severity = fields['S'];
  error.code = fields['C'];
  error.detail = fields['D'];
  error.hint = fields['H'];
  error.position = fields['P'];
  error.internalPosition = fields['p'];
  error.internalQuery = fields['q'];
  error.where = fields['W'];
  error.schema = fields['s'];
  error.table = fields['t'];
  error.column = fields['c'];
  error.dataType = fields['d'];
  error.constraint = fields['n'];
  error.file = fields['F'];
  error.line = fields['L'];
  error.routine = fields['R'];
  // S is in the server's language, V is not.
  const severity = fields['V'] ?? fields['S'];
  return { error, isFatal: severity === 'FATAL' || severity === 'PANIC' };
}

/** The command tag of a CommandComplete: `INSERT 0 5`, `UPDATE 1`, `SELECT 3`, `COMMIT`. */
export function readTag(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, bytes[end - 1] === 0 ? end - 1 : end);
}

/** The number of rows at the end of a command tag; 0 of one without. Reads it where it lies. */
export function readRowCount(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  let factor = 1;
  for (let at = bytes[end - 1] === 0 ? end - 2 : end - 1; at >= start; at--) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    count += digit * factor;
    factor *= 10;
  }
  return count;
}
