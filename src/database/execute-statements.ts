import pg, { type Connection, type Submittable } from 'pg';
import type { Statement } from '../schema/statement.ts';

/** A prepared statement with the values of its parameters, in `$1`.. order. */
export interface BoundStatement {
  readonly statement: Statement<never, unknown>;
  readonly values: readonly unknown[];
}

/** As `pg` itself writes the values of a query; it is exported, but not declared. */
const { prepareValue } = (
  pg as unknown as { utils: { prepareValue(value: unknown): Buffer | string | null } }
).utils;

/** What one of them came to. */
export interface StatementEnd {
  readonly rows: readonly Record<string, unknown>[];
  /** Returned or changed. */
  readonly rowCount: number;
  /** Since the one before it ended, the first since all were sent. */
  readonly latencyUs: number;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

type Parser = (text: string) => unknown;
type TypeParsers = { getTypeParser(oid: number, format: 'text'): Parser };

/**
 * A query for `pg` that sends Bind and Execute for several prepared statements and one Sync: one round
 * trip for all of them. (`pg`'s own pipeline mode sends a Sync after each, so that those behind a
 * failed one are executed all the same.) The server ends with the first that fails.
 */
export class ExecuteStatements implements Submittable {
  /** Resolves with what each came to; rejects with the server's error. */
  readonly done: Promise<readonly StatementEnd[]>;
  /** Of those that ended before the failed one. */
  readonly ends: StatementEnd[] = [];
  readonly #bound: readonly BoundStatement[];
  readonly #types: TypeParsers;
  #resolve: (ends: readonly StatementEnd[]) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #fields: readonly Field[] = [];
  #parsers: readonly Parser[] = [];
  #rows: Record<string, unknown>[] = [];
  #lastAt = 0;

  constructor(bound: readonly BoundStatement[], types: TypeParsers) {
    this.#bound = bound;
    this.#types = types;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    this.#lastAt = performance.now();
    stream.cork();
    try {
      for (const { statement, values } of this.#bound) {
        connection.bind(
          {
            statement: statement.name,
            values: values.map((value) => prepareValue(value)),
          },
          true,
        );
        connection.describe({ type: 'P', name: '' }, true);
        connection.execute({ portal: '' }, true);
      }
      connection.sync();
    } finally {
      stream.uncork();
    }
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#fields = fields;
    this.#parsers = fields.map(({ dataTypeID }) => this.#types.getTypeParser(dataTypeID, 'text'));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    for (const [i, text] of fields.entries()) {
      const name = this.#fields[i]?.name ?? '';
      row[name] = text === null ? null : this.#parsers[i]?.(text);
    }
    this.#rows.push(row);
  }

  /** `INSERT 0 5`, `UPDATE 1`, `SELECT 3` */
  handleCommandComplete({ text }: { readonly text: string }): void {
    const now = performance.now();
    this.ends.push({
      rows: this.#rows,
      rowCount: Number(/\d+$/.exec(text)?.[0] ?? 0),
      latencyUs: (now - this.#lastAt) * 1000,
    });
    this.#lastAt = now;
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.ends);
  }
}
