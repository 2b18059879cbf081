import { describe, expect, test } from 'vitest';
import {
  describeAddress,
  parseServerUrl,
  redactSecrets,
  toUrl,
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
      tls: null,
    });
    expect(describeAddress(address)).toBe('127.0.0.1:6000/my db');
  });

  test('verifies certificates of hosts elsewhere unless the URL says otherwise', () => {
    expect(parseServerUrl('postgres://db.example.com/x').tls).toEqual({
      mode: 'verify-full',
      verifiesCertificate: true,
      verifiesHost: true,
    });
    expect(parseServerUrl('postgres://db.example.com/x?sslmode=require').tls).toEqual({
      mode: 'require',
      verifiesCertificate: false,
      verifiesHost: false,
    });
    expect(parseServerUrl('postgres://db.example.com/x?sslmode=disable').tls).toBeNull();
    expect(parseServerUrl('postgres://localhost/x').tls).toBeNull();
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
      expect(redactSecrets(url)).not.toContain('ret');
    }
  });

  test('blots out every password of a text, and nothing else of it', () => {
    const text = 'load --target postgres://u:p1@a/x --replica postgres://u:p2@b/x --scale 1k';
    expect(redactSecrets(text)).toBe(
      'load --target postgres://u:***@a/x --replica postgres://u:***@b/x --scale 1k',
    );
    expect(redactSecrets('host=h password=s3cret user=u')).toBe('host=h password=*** user=u');
  });

  test.each([
    'postgres://u:p%40@db.example.com:5433/x?sslmode=verify-full',
    'postgres://u@[::1]:5432/x',
    'postgres://u:p@localhost:5432/x?host=%2Fvar%2Frun%2Fpostgresql',
  ])('writes %s as it was read', (url) => {
    expect(toUrl(parseServerUrl(url))).toBe(url);
  });
});
