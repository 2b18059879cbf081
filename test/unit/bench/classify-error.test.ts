import { describe, expect, test } from 'vitest';
import { classifyError } from '../../../src/bench/clients/classify-error.ts';
import { CommitRefusedError, LostAtCommitError } from '../../../src/database/pg-session.ts';

const server = (code: string) =>
  Object.assign(new Error('localised'), { code, severity: 'FEHLER' });
const primary = { role: 'primary', isLost: false } as const;
const replica = { role: 'replica', isLost: false } as const;

describe('classifyError', () => {
  test.each([
    ['40P01', 'deadlock'],
    ['40001', 'serialization'],
    ['55P03', 'lock_timeout'],
    ['57014', 'statement_timeout'],
    ['23505', 'unique_violation'],
    ['42P01', 'other'],
    ['57P01', 'connection'],
    ['08006', 'connection'],
  ])('%s on the primary is %s', (code, outcome) => {
    expect(classifyError(server(code), primary)).toEqual({ outcome, sqlState: code });
  });

  test.each(['40001', '40P01'])('%s on a node in recovery is a standby conflict', (code) => {
    expect(classifyError(server(code), replica)?.outcome).toBe('standby_conflict');
  });

  test('a socket error is a lost connection, not an SQLSTATE of five letters', () => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    expect(classifyError(error, { role: 'primary', isLost: true })?.outcome).toBe('connection');
  });

  test('a lost COMMIT is in doubt, a refused one is not committed', () => {
    expect(classifyError(new LostAtCommitError('x'), primary)?.outcome).toBe('in_doubt');
    expect(classifyError(new CommitRefusedError('x'), primary)?.outcome).toBe('other');
  });

  test('a fault of the program is nobody else’s', () => {
    expect(classifyError(new TypeError('x is undefined'), primary)).toBeNull();
  });
});
