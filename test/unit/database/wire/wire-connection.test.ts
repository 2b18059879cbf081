import { describe, expect, test } from 'vitest';
import {
  type RequestEnd,
  WireConnection,
  type WireOptions,
} from '../../../../src/database/wire/wire-connection.ts';
import { bounded } from '../../../../src/random/bounded.ts';
import { cell } from '../../../../src/random/cell.ts';
import { sqlStatement } from '../../../../src/schema/statement.ts';
import {
  bindComplete,
  complete,
  dataRow,
  errorResponse,
  frame,
  parseComplete,
  ready,
  rowDescription,
} from './frames.ts';

const INT4 = 23;
const TEXT = 25;

const pick = sqlStatement<object, { id: number; name: string | null }>('pick', 'select id, name');
const take = sqlStatement<object, never>('take', 'update stock');

const described = Buffer.concat([
  parseComplete,
  frame('t', Buffer.from([0, 0])),
  rowDescription([
    ['id', INT4],
    ['name', TEXT],
  ]),
  parseComplete,
  frame('t', Buffer.from([0, 0])),
  frame('n', ''),
  ready(),
]);

function open(prepares: WireOptions['prepares'] = 'named') {
  const sent: Buffer[] = [];
  const lost: Error[] = [];
  let destroyed = 0;
  const wire = new WireConnection({
    transport: {
      write: (bytes) => sent.push(Buffer.from(bytes)),
      destroy: () => {
        destroyed += 1;
      },
    },
    types: { getTypeParser: () => (text) => text },
    prepares,
    onLost: (error) => lost.push(error),
  });
  const execute = (statements = [pick]) => {
    let end: RequestEnd | null = null;
    wire.execute(
      statements,
      statements.map(() => []),
      0,
      (request) => {
        end = request;
      },
    );
    return () => end;
  };
  return { wire, sent, lost, execute, destroyed: () => destroyed };
}

async function opened(prepares: WireOptions['prepares'] = 'named') {
  const all = open(prepares);
  const prepared = all.wire.prepare([pick, take]);
  all.wire.receive(described);
  await prepared;
  all.sent.length = 0;
  return all;
}

const picked = Buffer.concat([
  bindComplete,
  dataRow(['7', 'seven']),
  dataRow(['-12345678901', null]),
  complete('SELECT 2'),
]);

describe('WireConnection', () => {
  test('rows by the description of their statement, whatever comes between', async () => {
    const { wire, execute } = await opened();
    const end = execute();
    wire.receive(frame('N', 'SNOTICE\0Mhello\0\0'));
    wire.receive(picked);
    wire.receive(frame('S', 'TimeZone\0UTC\0'));
    expect(end()).toBeNull();
    wire.receive(Buffer.concat([frame('A', '\0\0\0\x01ch\0pay\0'), ready('T')]));
    expect(end()).toMatchObject({
      error: null,
      ends: [
        {
          rowCount: 2,
          rows: [
            { id: 7, name: 'seven' },
            { id: -12_345_678_901, name: null },
          ],
        },
      ],
    });
    expect(wire.transactionStatus).toBe('T');
  });

  test('an error in the middle: what was before it has ended, the rest has not', async () => {
    const { wire, execute } = await opened();
    const end = execute([pick, pick, pick]);
    const error = errorResponse({ S: 'FEHLER', V: 'ERROR', C: '40P01', M: 'tot', D: 'detail' });
    wire.receive(Buffer.concat([picked, error, ready('E')]));
    expect(end()?.ends).toHaveLength(1);
    expect(end()?.error).toMatchObject({ code: '40P01', severity: 'FEHLER', detail: 'detail' });
    expect(wire.isLost).toBe(false);
    const next = execute();
    wire.receive(Buffer.concat([picked, ready()]));
    expect(next()?.error).toBeNull();
  });

  test('a fatal error is the end of the connection, told in whatever language', async () => {
    const { wire, execute, lost, destroyed } = await opened();
    const end = execute();
    wire.receive(errorResponse({ S: 'FATALE', V: 'FATAL', C: '57P01', M: 'fin' }));
    expect(end()?.error).toMatchObject({ code: '57P01' });
    expect([wire.isLost, lost.length, destroyed()]).toEqual([true, 1, 1]);
    const late = execute();
    expect(late()?.error).toMatchObject({ code: '57P01' });
    wire.lose(new Error('again'));
    expect(lost).toHaveLength(1);
  });

  test('a lost socket fails what is under way; an idle one is told of, too', async () => {
    const busy = await opened();
    const end = busy.execute();
    busy.wire.receive(picked);
    busy.wire.lose(new Error('gone'));
    expect(end()).toMatchObject({ error: { message: 'gone' }, ends: [{ rowCount: 2 }] });
    const idle = await opened();
    idle.wire.receive(errorResponse({ S: 'FATAL', V: 'FATAL', C: '57P05', M: 'idle' }));
    expect(idle.lost).toMatchObject([{ code: '57P05' }]);
  });

  test('COPY is refused, and the answers stay in step', async () => {
    const { wire, execute, sent } = await opened();
    const end = execute([take]);
    wire.receive(Buffer.concat([bindComplete, frame('G', Buffer.from([0, 0, 0]))]));
    // CopyFail, and the Sync that the server threw away.
    expect(sent.map((bytes) => String.fromCharCode(bytes[0] ?? 0))).toEqual(['B', 'f']);
    expect(sent[1]?.subarray(-5)).toEqual(frame('S', ''));
    wire.receive(Buffer.concat([errorResponse({ S: 'ERROR', C: '57014', M: 'no' }), ready()]));
    expect(end()?.error).toMatchObject({ code: '57014' });
    const out = execute([take]);
    wire.receive(
      Buffer.concat([
        bindComplete,
        frame('H', Buffer.from([0, 0, 0])),
        frame('d', 'row'),
        frame('c', ''),
        complete('COPY 1'),
        ready(),
      ]),
    );
    expect(out()).toMatchObject({ error: null, ends: [{ rowCount: 1 }] });
  });

  test('an empty statement ends, with no row', async () => {
    const { wire, execute } = await opened();
    const end = execute([take]);
    wire.receive(Buffer.concat([bindComplete, frame('I', ''), ready()]));
    expect(end()).toMatchObject({ error: null, ends: [{ rowCount: 0 }] });
  });

  test('unnamed statements are parsed each time, by the columns known already', async () => {
    const { wire, execute, sent } = await opened('never');
    const end = execute();
    expect(sent[0]?.[0]).toBe('P'.charCodeAt(0));
    wire.receive(Buffer.concat([parseComplete, picked, ready()]));
    expect(end()?.ends[0]?.rows[0]).toEqual({ id: 7, name: 'seven' });
  });

  test('a second request at a time is a fault of the program', async () => {
    const { execute } = await opened();
    execute();
    expect(() => execute()).toThrow(/under way/);
  });

  test.each([
    ['an unknown type', frame('!', '')],
    ['a row of too few columns', Buffer.concat([bindComplete, dataRow(['1'])])],
    ['a row that is cut short', frame('D', Buffer.from([0, 2, 0, 0, 0, 9, 1]))],
    ['an impossible length', Buffer.from([0x44, 0, 0, 0, 1])],
  ])('%s ends the connection, not the program', async (_, bytes) => {
    const { wire, execute, lost } = await opened();
    const end = execute();
    wire.receive(bytes);
    expect(wire.isLost).toBe(true);
    expect(lost).toHaveLength(1);
    expect(end()?.error).toBeInstanceOf(Error);
  });

  test('whatever a broken server sends: an answer, or a lost connection, never a crash', async () => {
    const conversation = Buffer.concat([
      frame('N', 'SNOTICE\0Mhello\0\0'),
      picked,
      bindComplete,
      complete('UPDATE 3'),
      errorResponse({ S: 'ERROR', V: 'ERROR', C: '23505', M: 'twice' }),
      ready('E'),
    ]);
    const outcomes = { answered: 0, lost: 0, waiting: 0 };
    for (let seed = 0; seed < 4000; seed++) {
      let draws = 0;
      const below = (limit: number) => bounded(cell(seed, draws++), limit);
      const { wire, execute, lost } = await opened();
      const end = execute([pick, take, pick]);
      const bytes = Buffer.from(conversation);
      for (let k = below(4); k >= 0; k--) bytes[below(bytes.length)] = below(256);
      const garbage =
        seed % 10 === 0 ? Buffer.from(Array.from({ length: 60 }, () => below(256))) : bytes;
      for (let at = 0; at < garbage.length; ) {
        const length = 1 + below(40);
        wire.receive(garbage.subarray(at, at + length));
        at += length;
      }
      if (wire.isLost) {
        outcomes.lost += 1;
        expect(lost).toHaveLength(1);
        expect(end()).not.toBeNull();
      } else if (end() !== null) outcomes.answered += 1;
      else {
        outcomes.waiting += 1;
        wire.lose(new Error('cut'));
        expect(end()).not.toBeNull();
      }
    }
    expect(outcomes.answered).toBeGreaterThan(100);
    expect(outcomes.lost).toBeGreaterThan(100);
  });
});
