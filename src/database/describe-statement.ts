import type { Connection, Submittable } from 'pg';

/**
 * A query for `pg` that has the server parse an SQL text and describe it, and executes nothing. The
 * statement has no name: the next one takes its place.
 */
export class DescribeStatement implements Submittable {
  /** The names of the columns that it returns; rejects with the server's error. */
  readonly columns: Promise<readonly string[]>;
  readonly #text: string;
  #names: readonly string[] = [];
  #resolve: (names: readonly string[]) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(text: string) {
    this.#text = text;
    this.columns = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({
    fields,
  }: {
    readonly fields: readonly { readonly name: string }[];
  }): void {
    this.#names = fields.map(({ name }) => name);
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#names);
  }
}
