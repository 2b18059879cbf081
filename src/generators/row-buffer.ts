/** No row of the shop is longer; `assertRoom` stops the program if one is. */
export const MAX_ROW_BYTES = 16 * 1024;

/** Fixed-size buffers in use again and again: allocating 256 KiB for each chunk would cost more than filling it. */
export interface BufferCycle {
  next(): Uint8Array;
  recycle(buffer: Uint8Array): void;
}

export function createBufferCycle(capacity: number): BufferCycle {
  const spare: Uint8Array[] = [];
  return {
    next: () => spare.pop() ?? new Uint8Array(new ArrayBuffer(capacity)),
    recycle(buffer) {
      if (buffer.buffer.byteLength === capacity) {
        spare.push(new Uint8Array(buffer.buffer));
      }
    },
  };
}

/** A copy with twice the room, for writers that nobody takes buffers from. */
export function grown(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** Stores past the end of a typed array are lost without an error, so the end of a row looks. */
export function assertRoom(bytes: Uint8Array, length: number): void {
  if (length > bytes.length) {
    throw new RangeError(`A row is longer than ${MAX_ROW_BYTES} bytes.`);
  }
}
