import { describe, expect, test } from 'vitest';
import {
  describeAddress,
  parseServerUrl,
  redactUrl,
} from '../../../src/database/server-address.ts';

describe('parseServerUrl', () => {
  test('reads a URL with encoded parts', () => {
    const address = parseServerUrl('postgres://us%40er:p%3Ass@127.0.0.1:6000/my%20db');
    expect(address).toEqual({
      host: '127.0.0.1',
      port: 6000,
      database: 'my db',
      user: 'us@er',
      password: 'p:ss',
      tls: false,
    });
    expect(describeAddress(address)).toBe('127.0.0.1:6000/my db');
  });

  test('verifies certificates of hosts elsewhere unless the URL says otherwise', () => {
    expect(parseServerUrl('postgres://db.example.com/x').tls).toEqual({ rejectUnauthorized: true });
    expect(parseServerUrl('postgres://db.example.com/x?sslmode=require').tls).toEqual({
      rejectUnauthorized: false,
    });
    expect(parseServerUrl('postgres://db.example.com/x?sslmode=disable').tls).toBe(false);
    expect(parseServerUrl('postgres://localhost/x').tls).toBe(false);
  });

  test.each([
    ['not a url', /is not a database URL/],
    ['mysql://h/x', /not a PostgreSQL URL/],
    ['postgres://h', /does not name the database/],
    ['postgres://h/x?sslmode=maybe', /sslmode=maybe is not known/],
    ['postgres://h/x?sslrootcert=/nowhere.pem', /cannot be read/],
  ])('refuses %s', (url, message) => {
    expect(() => parseServerUrl(url)).toThrow(message);
  });

  test('never repeats a password', () => {
    for (const url of [
      'postgres://u:secret@h',
      'http://u:secret@h/x',
      'postgres://u:sec:ret@@h x/',
    ]) {
      try {
        parseServerUrl(url);
      } catch (error) {
        expect(String(error)).not.toContain('ret');
      }
      expect(redactUrl(url)).not.toContain('ret');
    }
  });
});
