/** A message as the server sends it. */
export function frame(type: string, body: string | Buffer): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function rowDescription(columns: readonly (readonly [name: string, oid: number])[]): Buffer {
  const fields = columns.map(([name, oid]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(oid),
      int16(4),
      int32(-1),
      int16(0),
    ]),
  );
  return frame('T', Buffer.concat([int16(columns.length), ...fields]));
}

export function dataRow(values: readonly (string | null)[]): Buffer {
  const cells = values.map((value) =>
    value === null
      ? int32(-1)
      : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  );
  return frame('D', Buffer.concat([int16(values.length), ...cells]));
}

export function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(fields).map(([letter, value]) => `${letter}${value}\0`);
  return frame('E', `${text.join('')}\0`);
}

export const parseComplete = frame('1', '');
export const bindComplete = frame('2', '');
export const ready = (status = 'I') => frame('Z', status);
export const complete = (tag: string) => frame('C', `${tag}\0`);
