import { systemClock } from '../../clock.ts';
import type { Statement } from '../../schema/statement.ts';
import { FrameReader, ProtocolError } from './frame-reader.ts';
import { RequestWriter } from './request-writer.ts';
import { RowDecoder, type TypeParsers } from './row-decoder.ts';
import { readError, readRowCount, readTag } from './server-response.ts';

/** What one of them came to. */
export interface StatementEnd {
  readonly rows: readonly Record<string, unknown>[];
  /** Returned or changed. */
  readonly rowCount: number;
  /** When it ended, on the system clock. */
  readonly endedAt: number;
}

/** What a request came to. */
export interface RequestEnd {
  /** Of the statements before the one that failed, or of all. */
  readonly ends: readonly StatementEnd[];
  /** The command tag of a simple query: `BEGIN`, `COMMIT`, `ROLLBACK`. */
  readonly tag: string;
  /** The server's error, or why the connection was lost; null when all succeeded. */
  readonly error: Error | null;
}

/** Where the bytes come from and go to. */
export interface Transport {
  write(bytes: Buffer): void;
  /** Cuts the connection. */
  destroy(): void;
}

export interface WireOptions {
  readonly transport: Transport;
  readonly types: TypeParsers;
  /**
   * `named`: each statement is parsed once and executed by its name. `never`: parsed at each
   * execution, as through a pooler that gives every transaction another server.
   */
  readonly prepares: 'named' | 'never';
  /** Called once, when the connection is of no more use. */
  readonly onLost: (error: Error) => void;
}

const NO_ROWS: Record<string, unknown>[] = [];

/** What waits for the end of a request. Called once. */
type OnEnd = (end: RequestEnd) => void;

class Request implements RequestEnd {
  /** What is executed, in order; of one that only prepares, what is described. */
  readonly statements: readonly Statement<never, unknown>[];
  readonly isSimple: boolean;
  readonly onEnd: OnEnd;
  /** On the system clock. */
  readonly sentAt: number;
  readonly ends: StatementEnd[] = [];
  rows: Record<string, unknown>[] = NO_ROWS;
  tag = '';
  described = 0;
  error: Error | null = null;

  constructor(
    statements: readonly Statement<never, unknown>[],
    isSimple: boolean,
    sentAt: number,
    onEnd: OnEnd,
  ) {
    this.sentAt = sentAt;
    this.statements = statements;
    this.isSimple = isSimple;
    this.onEnd = onEnd;
  }
}

/** Transaction status: I. */
const IDLE = 0x49;

const COMMAND_COMPLETE = 0x43; // C
const COPY_BOTH_RESPONSE = 0x57; // W
const COPY_IN_RESPONSE = 0x47; // G
const DATA_ROW = 0x44; // D
const EMPTY_QUERY_RESPONSE = 0x49; // I
const ERROR_RESPONSE = 0x45; // E
const NO_DATA = 0x6e; // n
const READY_FOR_QUERY = 0x5a; // Z
const ROW_DESCRIPTION = 0x54; // T
/**
 * ParseComplete, BindComplete, CloseComplete, ParameterDescription, PortalSuspended, CopyOutResponse,
 * CopyData, CopyDone: they say what is known already. NoticeResponse, ParameterStatus,
 * NotificationResponse: they may come at any time, and concern nobody here.
 */
const PASSED_OVER = new Set([...'123tsHdcNSA'].map((letter) => letter.charCodeAt(0)));

/**
 * The protocol 3.0 over a connection that is open and logged in, for one request at a time: several
 * statements and one Sync, so that none behind a failed one is executed. The columns of a statement are
 * described once, when it is prepared.
 */
export class WireConnection {
  readonly #options: WireOptions;
  readonly #reader: FrameReader;
  readonly #writer = new RequestWriter();
  readonly #decoders = new Map<string, RowDecoder | null>();
  #request: Request | null = null;
  #lostTo: Error | null = null;
  #transactionStatus = IDLE;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#reader = new FrameReader((type, bytes, start, end) =>
      this.#receive(type, bytes, start, end),
    );
  }

  get isLost(): boolean {
    return this.#lostTo !== null;
  }

  /** As the server's last ReadyForQuery had it: I idle, T in a transaction, E in a failed one. */
  get transactionStatus(): string {
    return String.fromCharCode(this.#transactionStatus);
  }

  /**
   * How long the request under way has waited for its end, in milliseconds; 0 without one.
   *
   * @param now on the system clock
   */
  waitedMs(now: number): number {
    return this.#request === null ? 0 : now - this.#request.sentAt;
  }

  /** The next bytes from the server. */
  receive(chunk: Buffer, length = chunk.length): void {
    try {
      this.#reader.push(chunk, length);
    } catch (error) {
      // What a broken server sends ends the connection, not the program.
      this.lose(error as Error);
    }
  }

  /** The connection is gone, or to be given up: what is under way fails with this error. */
  lose(error: Error): void {
    if (this.#lostTo !== null) return;
    this.#lostTo = error;
    this.#reader.stop();
    this.#options.transport.destroy();
    const request = this.#request;
    this.#request = null;
    this.#options.onLost(error);
    if (request === null) return;
    request.error ??= error;
    request.onEnd(request);
  }

  /**
   * Has the server parse and describe statements, in one round trip.
   *
   * @throws the server's error for one that it refuses, or why the connection was lost
   */
  async prepare(statements: readonly Statement<never, unknown>[]): Promise<void> {
    const writer = this.#writer;
    const isNamed = this.#options.prepares === 'named';
    const fresh = [...new Set(statements)].filter((statement) => !this.isPrepared(statement));
    if (fresh.length === 0) return;
    for (const { name, text } of fresh) {
      const known = isNamed ? name : '';
      writer.parse(known, text);
      writer.describe(known);
    }
    writer.sync();
    await new Promise<void>((resolve, reject) => {
      this.#send(fresh, false, systemClock.now(), ({ error }) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  isPrepared({ name }: Statement<never, unknown>): boolean {
    return this.#decoders.has(name);
  }

  /**
   * Executes statements that have been prepared, one behind the other, in one round trip. By callback:
   * a promise here beside the session's would cost some 2 us a statement (benchmarks/README.md).
   *
   * @param sentAt now, on the system clock: whoever calls has just read it
   */
  execute(
    statements: readonly Statement<never, unknown>[],
    values: readonly (readonly unknown[])[],
    sentAt: number,
    onEnd: OnEnd,
  ): void {
    const writer = this.#writer;
    const isNamed = this.#options.prepares === 'named';
    try {
      for (let index = 0; index < statements.length; index++) {
        const { name, text } = statements[index] as Statement<never, unknown>;
        if (!isNamed) writer.parse('', text);
        writer.bind(isNamed ? name : '', values[index] as readonly unknown[]);
        writer.execute();
      }
    } catch (error) {
      // A value that cannot be written: half a request must not go before the next one.
      writer.take();
      throw error;
    }
    writer.sync();
    this.#send(statements, false, sentAt, onEnd);
  }

  /** Runs a command that has no parameters and returns no rows. */
  query(text: string, sentAt: number, onEnd: OnEnd): void {
    this.#writer.query(text);
    this.#send([], true, sentAt, onEnd);
  }

  /** @throws Error for a second request at a time, which is a fault of the program */
  #send(
    statements: readonly Statement<never, unknown>[],
    isSimple: boolean,
    sentAt: number,
    onEnd: OnEnd,
  ): void {
    const bytes = this.#writer.take();
    if (this.#lostTo !== null) {
      onEnd({ error: this.#lostTo, ends: [], tag: '' });
      return;
    }
    if (this.#request !== null) throw new Error('a request is under way already');
    this.#request = new Request(statements, isSimple, sentAt, onEnd);
    this.#options.transport.write(bytes);
  }

  #receive(type: number, bytes: Buffer, start: number, end: number): void {
    const request = this.#request;
    switch (type) {
      case DATA_ROW:
        if (request !== null) this.#addRow(request, bytes, start, end);
        return;
      case COMMAND_COMPLETE:
        if (request !== null) {
          this.#complete(request, readRowCount(bytes, start, end));
          if (request.isSimple) request.tag = readTag(bytes, start, end);
        }
        return;
      case EMPTY_QUERY_RESPONSE:
        if (request !== null) this.#complete(request, 0);
        return;
      case READY_FOR_QUERY:
        this.#transactionStatus = bytes[start] ?? IDLE;
        if (request !== null) this.#end(request);
        return;
      case ERROR_RESPONSE:
        this.#fail(request, bytes, start, end);
        return;
      case ROW_DESCRIPTION:
        if (request !== null) {
          const isText = request.statements[request.described]?.isReadAsText === true;
          const types = isText ? null : this.#options.types;
          this.#describe(request, RowDecoder.read(bytes, start, end, types));
        }
        return;
      case NO_DATA:
        if (request !== null) this.#describe(request, null);
        return;
      case COPY_IN_RESPONSE:
      case COPY_BOTH_RESPONSE:
        this.#refuseCopy(request);
        return;
      default:
        if (PASSED_OVER.has(type)) return;
        throw new ProtocolError(`The server sent a message of an unknown type: ${type}.`);
    }
  }

  #addRow(request: Request, bytes: Buffer, start: number, end: number): void {
    const statement = request.statements[request.ends.length];
    const decoder = statement === undefined ? null : this.#decoders.get(statement.name);
    // A simple query is asked for its tag only.
    if (decoder === null || decoder === undefined) return;
    if (request.rows === NO_ROWS) request.rows = [];
    request.rows.push(decoder.row(bytes, start, end));
  }

  #complete(request: Request, rowCount: number): void {
    request.ends.push({ rows: request.rows, rowCount, endedAt: systemClock.now() });
    request.rows = NO_ROWS;
  }

  #describe(request: Request, decoder: RowDecoder | null): void {
    const statement = request.statements[request.described++];
    if (!request.isSimple && statement !== undefined) this.#decoders.set(statement.name, decoder);
  }

  #end(request: Request): void {
    this.#request = null;
    request.onEnd(request);
  }

  #fail(request: Request | null, bytes: Buffer, start: number, end: number): void {
    const { error, isFatal } = readError(bytes, start, end);
    if (request !== null) request.error ??= error;
    if (isFatal) this.lose(error);
  }

  /** Nobody here has rows to send. In the extended protocol the server has thrown the Sync away. */
  #refuseCopy(request: Request | null): void {
    this.#writer.copyFail('COPY FROM STDIN is not possible here');
    if (request?.isSimple === false) this.#writer.sync();
    this.#options.transport.write(this.#writer.take());
  }
}
