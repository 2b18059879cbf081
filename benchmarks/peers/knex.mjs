// faker's rows by Knex, 1000 to an INSERT, a transaction each 50,000.
import { performance } from 'node:perf_hooks';
import { createKnex, round } from '../loader-bench.mjs';
import { onShop, rateOf } from './measured.mjs';

const ROWS_A_STATEMENT = 1000;
const ROWS_A_TRANSACTION = 50_000;

/** Fills shop.customers with rows that faker made as they went. */
export async function insertByKnex(rows, keys) {
  const { faker } = await import('@faker-js/faker');
  faker.seed(42);
  const hash = '$2a$08$5rMJRz4Vj3MXCsGLlQyNNu6cJLrYKy7g5L8TgtKV9Cv9xVr0n6rXK';
  const tiers = ['bronze', 'silver', 'gold', 'platinum'];
  const makeRow = (id) => {
    const firstName = faker.person.firstName();
    const lastName = faker.person.lastName();
    const createdAt = faker.date.past({ years: 2 });
    return {
      id,
      // With its number: faker's own repeats, and the column is unique.
      email: `${firstName}.${lastName}${id}@example.com`,
      password_hash: hash,
      first_name: firstName,
      last_name: lastName,
      locale: faker.helpers.arrayElement(['en-US', 'de-DE', 'fr-FR', 'en-GB']),
      tier: faker.helpers.arrayElement(tiers),
      lifetime_spend_cents: faker.number.int({ max: 200_000 }),
      marketing_opt_in: faker.datatype.boolean(),
      created_at: createdAt,
      updated_at: createdAt,
    };
  };
  return onShop(keys, async (_, target) => {
    const knex = createKnex(target);
    await knex.raw('select 1');
    let makingMs = 0;
    const startedAt = performance.now();
    for (let first = 1; first <= rows; first += ROWS_A_TRANSACTION) {
      const end = Math.min(first + ROWS_A_TRANSACTION, rows + 1);
      await knex.transaction(async (transaction) => {
        for (let id = first; id < end; id += ROWS_A_STATEMENT) {
          const madeFrom = performance.now();
          const count = Math.min(ROWS_A_STATEMENT, end - id);
          const batch = Array.from({ length: count }, (__, offset) => makeRow(id + offset));
          makingMs += performance.now() - madeFrom;
          await transaction.withSchema('shop').insert(batch).into('customers');
        }
      });
    }
    const ms = performance.now() - startedAt;
    await knex.destroy();
    return { rows, ...rateOf(rows, ms), makingShare: round(makingMs / ms, 2) };
  });
}
