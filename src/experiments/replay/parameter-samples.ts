import { bind, type Statement } from '../../schema/statement.ts';
import type { Observer } from './observe-session.ts';

const KEPT = 3;

/** The first values that each statement was executed with, for plans that depend on them. */
export class ParameterSamples implements Observer {
  readonly #values = new Map<string, unknown[][]>();

  of(statement: string): readonly (readonly unknown[])[] {
    return this.#values.get(statement) ?? [];
  }

  asked(statement: Statement<never, unknown>, parameters: object): void {
    const known = this.#values.get(statement.name) ?? [];
    if (known.length === KEPT) return;
    known.push(bind(statement, parameters as never));
    this.#values.set(statement.name, known);
  }
}
