import { describe, expect, test } from 'vitest';
import { AcknowledgedSet, type FoundOrder } from '../../../src/measurements/acknowledged-set.ts';
import { randomSource } from './random-source.ts';

async function* each(orders: readonly FoundOrder[]): AsyncGenerator<FoundOrder> {
  yield* orders;
}

function setOf(orders: readonly FoundOrder[]): AcknowledgedSet {
  const set = new AcknowledgedSet();
  for (const { arrival, totalCents } of orders) set.add(arrival, totalCents);
  return set;
}

const order = (arrival: number, totalCents = 100): FoundOrder => ({ arrival, totalCents });

describe('AcknowledgedSet', () => {
  test('knows what was added, up to 2^40', () => {
    const arrivals = [0, 31, 32, 1023, 1024, 65_535, 65_536, 2 ** 31, 2 ** 32 + 5, 2 ** 40 - 1];
    const set = setOf(arrivals.map((arrival) => order(arrival)));
    expect(set.size).toBe(arrivals.length);
    expect(arrivals.every((arrival) => set.has(arrival))).toBe(true);
    for (const arrival of arrivals) {
      expect(set.has(arrival + 2)).toBe(false);
      expect(set.has(arrival + 2 ** 33)).toBe(false);
    }
  });

  test.each([[-1], [0.5], [2 ** 40], [Number.NaN]])('refuses the arrival %d', (arrival) => {
    expect(() => new AcknowledgedSet().add(arrival, 1)).toThrow(RangeError);
  });

  test('refuses an arrival that is in already', () => {
    const set = setOf([order(7)]);
    expect(() => set.add(7, 100)).toThrow('Arrival 7 was acknowledged twice.');
    expect(set.size).toBe(1);
  });

  test('balances when the database holds the same', async () => {
    const orders = [order(3), order(9, 0), order(70_000, 12)];
    expect(await setOf(orders).compare(each(orders.toReversed()))).toEqual({
      acknowledged: 3,
      found: 3,
      missing: 0,
      different: 0,
      doubled: 0,
      unexpected: 0,
      unexpectedArrivals: [],
    });
  });

  test('finds what is missing, doubled, unexpected and different', async () => {
    const set = setOf([order(1), order(2), order(1024), order(2048), order(2049), order(5000)]);
    const found = [order(1), order(1), order(2, 99), order(1024, 101), order(2049, 7), order(5000)];
    const unexpected = [order(3), order(3), order(80_000)];
    expect(await set.compare(each([...found, ...unexpected]))).toEqual({
      acknowledged: 6,
      found: 5,
      missing: 1,
      // Arrivals 2 and 1024. That of 2049 hides behind the missing 2048 of its block.
      different: 2,
      doubled: 2,
      unexpected: 2,
      unexpectedArrivals: [3, 80_000],
    });
  });

  test('counts a block once and cannot see differences that cancel out', async () => {
    const set = setOf([order(1), order(2)]);
    expect((await set.compare(each([order(1, 50), order(2, 60)]))).different).toBe(1);
    expect((await set.compare(each([order(1, 50), order(2, 150)]))).different).toBe(0);
  });

  test('can be compared again', async () => {
    const set = setOf([order(1)]);
    await set.compare(each([]));
    expect(await set.compare(each([order(1)]))).toMatchObject({ found: 1, missing: 0 });
  });

  test('names the first 1000 unexpected arrivals', async () => {
    const found = Array.from({ length: 1500 }, (_, arrival) => order(arrival));
    const comparison = await new AcknowledgedSet().compare(each(found));
    expect(comparison.unexpected).toBe(1500);
    expect(comparison.unexpectedArrivals).toHaveLength(1000);
    expect(comparison.unexpectedArrivals.at(-1)).toBe(999);
  });

  test('agrees with a Map on random cases', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomSource(seed);
      const range = [50, 5000, 200_000, 2 ** 40][seed % 4] ?? 1;
      const acknowledged = new Map<number, number>();
      for (let n = 0; n < 400; n++) {
        acknowledged.set(Math.floor(random() * range), Math.floor(random() * 1e6));
      }
      const set = setOf([...acknowledged].map(([arrival, cents]) => order(arrival, cents)));

      const found: FoundOrder[] = [];
      for (const [arrival, cents] of acknowledged) {
        const luck = random();
        if (luck < 0.02) continue;
        found.push(order(arrival, luck < 0.05 ? cents + 1 + Math.floor(random() * 9) : cents));
        if (luck > 0.98) found.push(order(arrival, cents));
      }
      for (let n = 0; n < 20; n++) {
        const arrival = Math.floor(random() * range);
        found.push(order(arrival, acknowledged.get(arrival) ?? 100));
      }

      expect(await set.compare(each(found))).toEqual(byMap(acknowledged, found));
    }
  });
});

/** The same comparison, plainly. All differences of these cases have the same sign. */
function byMap(acknowledged: ReadonlyMap<number, number>, orders: readonly FoundOrder[]) {
  const first = new Map<number, number>();
  for (const { arrival, totalCents } of orders) {
    if (!first.has(arrival)) first.set(arrival, totalCents);
  }
  const found = [...first.keys()].filter((arrival) => acknowledged.has(arrival));
  const unexpected = [...first.keys()].filter((arrival) => !acknowledged.has(arrival));
  const missing = [...acknowledged.keys()].filter((arrival) => !first.has(arrival));
  const blocksMissing = new Set(missing.map((arrival) => Math.floor(arrival / 1024)));
  const blocksDifferent = new Set(
    found
      .filter((arrival) => first.get(arrival) !== acknowledged.get(arrival))
      .map((arrival) => Math.floor(arrival / 1024))
      .filter((block) => !blocksMissing.has(block)),
  );
  return {
    acknowledged: acknowledged.size,
    found: found.length,
    missing: missing.length,
    different: blocksDifferent.size,
    doubled: orders.length - first.size,
    unexpected: unexpected.length,
    unexpectedArrivals: unexpected.slice(0, 1000),
  };
}

test('two threads, one set: joined, and nothing acknowledged twice', async () => {
  const whole = new AcknowledgedSet();
  const parts = [new AcknowledgedSet(), new AcknowledgedSet()];
  for (let arrival = 0; arrival < 200_000; arrival += 7) {
    whole.add(arrival, arrival % 991);
    parts[arrival % 2]?.add(arrival, arrival % 991);
  }
  const joined = new AcknowledgedSet();
  for (const part of parts) joined.absorb(structuredClone(part.toState()));
  expect(joined.toState()).toEqual(whole.toState());
  expect(() => joined.absorb(structuredClone((parts[0] as AcknowledgedSet).toState()))).toThrow(
    /two threads/,
  );
});
