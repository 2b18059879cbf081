/** Many short UTF-8 texts in one run of bytes: entry i is `bytes[offsets[i] .. offsets[i + 1]]`. */
export interface TextPool {
  /** Three bytes longer than its texts, so that four can be read at each of them. */
  readonly bytes: Uint8Array;
  /** The same bytes. */
  readonly view: DataView;
  readonly offsets: Uint32Array;
  readonly size: number;
}

const encoder = new TextEncoder();

/** Encodes one text, for constants that are appended to rows. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Encodes texts once, so that rows are made by copying bytes. */
export function createTextPool(texts: readonly string[]): TextPool {
  return createBytePool(texts.map(encodeText));
}

/** Joins byte strings that are already encoded. */
export function createBytePool(entries: readonly Uint8Array[]): TextPool {
  const offsets = new Uint32Array(entries.length + 1);
  let length = 0;
  for (const [i, entry] of entries.entries()) {
    length += entry.length;
    offsets[i + 1] = length;
  }
  const bytes = new Uint8Array(length + 3);
  for (const [i, entry] of entries.entries()) {
    bytes.set(entry, offsets[i]);
  }
  return { bytes, view: new DataView(bytes.buffer), offsets, size: entries.length };
}
