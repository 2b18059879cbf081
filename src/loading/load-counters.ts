const FIELDS = [
  'nextChunk',
  'isStopped',
  'chunksCommitted',
  'rowsCommitted',
  'bytesCommitted',
  'generatingUs',
  'sendingUs',
  'committingUs',
] as const;

type Field = (typeof FIELDS)[number];

/** All that threads share of a load: a few numbers. */
export class LoadCounters {
  /** For the other thread. */
  readonly buffer: SharedArrayBuffer;
  readonly #values: BigInt64Array;

  constructor(buffer = new SharedArrayBuffer(FIELDS.length * 8)) {
    this.buffer = buffer;
    this.#values = new BigInt64Array(buffer);
  }

  read(field: Field): number {
    return Number(Atomics.load(this.#values, FIELDS.indexOf(field)));
  }

  add(field: Field, value: number): void {
    Atomics.add(this.#values, FIELDS.indexOf(field), BigInt(Math.round(value)));
  }

  /** The index in the plan of the next chunk; nobody else gets the same. */
  takeChunk(): number {
    return Number(Atomics.add(this.#values, FIELDS.indexOf('nextChunk'), 1n));
  }

  /** Tells every thread to end without another chunk. */
  stop(): void {
    Atomics.store(this.#values, FIELDS.indexOf('isStopped'), 1n);
  }

  get isStopped(): boolean {
    return this.read('isStopped') !== 0;
  }
}
