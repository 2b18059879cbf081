import type { Checksum } from './checksum.ts';
import { hashBytesExtended } from './postgres-hash.ts';
import { TextRowWriter } from './text-row-writer.ts';

const UNIT_SEPARATOR = 0x1f;
/** Sums of 2^20 words stay far below 2^53; then they move on into the bigints. */
const ROWS_A_CARRY = 2 ** 20;

/** Sums up rows as `checksumSql` does in the server. */
export class ChecksumWriter extends TextRowWriter {
  readonly #hash = new Uint32Array(2);
  #rows = 0;
  #rowsSinceCarry = 0;
  #low = 0;
  #high = 0;
  #lowCarried = 0n;
  #highCarried = 0n;

  constructor() {
    super(0, UNIT_SEPARATOR);
  }

  get checksum(): Checksum {
    return {
      rows: this.#rows,
      lowSum: this.#lowCarried + BigInt(this.#low),
      highSum: this.#highCarried + BigInt(this.#high),
    };
  }

  protected override nullValue(): void {
    this.appendByte(0x5c);
    this.appendByte(0x4e);
  }

  protected override textEnded(): void {}

  protected override rowEnded(): void {
    hashBytesExtended(this.bytes, this.at, this.#hash);
    this.at = 0;
    this.#rows++;
    this.#low += this.#hash[0] ?? 0;
    this.#high += this.#hash[1] ?? 0;
    if (++this.#rowsSinceCarry === ROWS_A_CARRY) {
      this.#lowCarried += BigInt(this.#low);
      this.#highCarried += BigInt(this.#high);
      this.#low = 0;
      this.#high = 0;
      this.#rowsSinceCarry = 0;
    }
  }
}
