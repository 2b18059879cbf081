import { describe, expect, test } from 'vitest';
import { hashName, mix32 } from '../../../src/random/hash32.ts';

describe('mix32', () => {
  test('gives the same words forever', () => {
    expect([0, 1, 2, 0x80000000, 0xffffffff].map(mix32)).toEqual([
      0, 114555507, 229111015, 3233617010, 3652544131,
    ]);
  });

  test('takes no two words to one', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200_000; i++) {
      seen.add(mix32(i));
    }
    expect(seen.size).toBe(200_000);
  });

  test('flips each output bit for about half of the flips of each input bit', () => {
    const samples = 4000;
    for (let bit = 0; bit < 32; bit++) {
      const flips = new Uint32Array(32);
      for (let i = 0; i < samples; i++) {
        const word = Math.imul(i, 0x9e3779b1) >>> 0;
        const difference = mix32(word) ^ mix32((word ^ (1 << bit)) >>> 0);
        for (let out = 0; out < 32; out++) {
          flips[out] = (flips[out] ?? 0) + ((difference >>> out) & 1);
        }
      }
      for (const count of flips) {
        // Six standard deviations of a fair coin.
        expect(Math.abs(count - samples / 2)).toBeLessThan(6 * Math.sqrt(samples / 4));
      }
    }
  });
});

describe('hashName', () => {
  test('tells names apart', () => {
    const names = ['', 'a', 'b', 'ab', 'ba', 'orders.id', 'orders.di', 'order.sid'];
    expect(new Set(names.map(hashName)).size).toBe(names.length);
  });
});
