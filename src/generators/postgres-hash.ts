/**
 * PostgreSQL's `hash_bytes_extended(key, length, seed = 0)` (src/common/hashfn.c, Bob Jenkins'
 * lookup3) in 32-bit arithmetic, little-endian reading: what `hashtextextended(text, 0)` returns for a
 * deterministic collation. Writes the low word to `out[0]` and the high word to `out[1]`.
 */
export function hashBytesExtended(bytes: Uint8Array, length: number, out: Uint32Array): void {
  let a = (0x9e3779b9 + length + 3923095) | 0;
  let b = a;
  let c = a;
  let at = 0;
  let rest = length;
  while (rest >= 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
    at += 12;
    rest -= 12;
  }
  // The lowest byte of c is left out: lookup3 keeps it for the length.
  for (let i = 0; i < rest; i++) {
    const byte = bytes[at + i] ?? 0;
    if (i < 4) {
      a = (a + (byte << (i * 8))) | 0;
    } else if (i < 8) {
      b = (b + (byte << ((i - 4) * 8))) | 0;
    } else {
      c = (c + (byte << ((i - 7) * 8))) | 0;
    }
  }
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  out[0] = c;
  out[1] = b;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
