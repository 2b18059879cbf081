/** The server sent what no server sends; the connection is of no more use. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/**
 * Told of each message: its type byte, and where its body lies. The bytes are valid only until it
 * returns.
 */
export type FrameListener = (type: number, bytes: Buffer, start: number, end: number) => void;

/** A type byte, and a length that counts itself. */
const HEADER = 5;

/** No value is larger than 1 GB, a row hardly more than its largest values. */
const LONGEST = 2 ** 31 - 1;

const FIRST_CAPACITY = 8192;

/**
 * Cuts the bytes of a server into messages (protocol 3.0). Those that lie whole in a chunk are passed on
 * where they are; only one that is cut off at a chunk's end is copied.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  /** What of a message has come so far. */
  #rest = Buffer.allocUnsafe(0);
  #restLength = 0;
  #stopped = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Passes on nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Takes the next bytes: the first `length` of the chunk, which may be used anew afterwards.
   *
   * @throws ProtocolError for a length that cannot be
   */
  push(chunk: Buffer, length = chunk.length): void {
    let at = this.#restLength === 0 ? 0 : this.#complete(chunk, length);
    while (at + HEADER <= length && !this.#stopped) {
      const end = at + 1 + lengthAt(chunk, at + 1);
      if (end > length) break;
      this.#listener(chunk[at] ?? 0, chunk, at + HEADER, end);
      at = end;
    }
    if (at < length && !this.#stopped) this.#keep(chunk, at, length);
  }

  /** Adds to the message that was cut off; returns how much of the chunk that took. */
  #complete(chunk: Buffer, length: number): number {
    let at = 0;
    if (this.#restLength < HEADER) {
      at = Math.min(length, HEADER - this.#restLength);
      this.#keep(chunk, 0, at);
      if (this.#restLength < HEADER) return at;
    }
    const whole = 1 + lengthAt(this.#rest, 1);
    const end = Math.min(length, at + whole - this.#restLength);
    this.#keep(chunk, at, end);
    if (this.#restLength === whole) {
      this.#restLength = 0;
      this.#listener(this.#rest[0] ?? 0, this.#rest, HEADER, whole);
    }
    return end;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const length = this.#restLength + end - start;
    if (length > this.#rest.length) {
      // Grows with what has come, not with what a broken length promises.
      const grown = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, 2 * length));
      this.#rest.copy(grown, 0, 0, this.#restLength);
      this.#rest = grown;
    }
    chunk.copy(this.#rest, this.#restLength, start, end);
    this.#restLength = length;
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at);
  if (length < 4 || length > LONGEST) {
    throw new ProtocolError(`The server sent a message of an impossible length: ${length}.`);
  }
  return length;
}
