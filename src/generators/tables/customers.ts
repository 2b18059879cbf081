import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { CUSTOMER_TIERS } from '../../schema/tables.ts';
import { customerNames } from '../customer-names.ts';
import { COUNTRIES } from '../data/places.ts';
import { TIER_CENTS } from '../money.ts';
import { STATUS } from '../order-archetypes.ts';
import { orderFacts } from '../order-book.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const DOT = 0x2e;
const LOCALES = createTextPool(COUNTRIES.map((country) => country.locale));
const TIERS = createTextPool(CUSTOMER_TIERS);
/** Reserved for examples (RFC 2606); one as a customer with capslock types it. */
const DOMAINS = createTextPool([
  '@example.com',
  '@example.com',
  '@example.com',
  '@example.org',
  '@example.org',
  '@example.net',
  '@mail.example.com',
  '@Example.COM',
]);

export function createCustomers(model: ShopModel): TableGenerator {
  const { spec, pools, customers, orders, history, placedAt, audit } = model;
  const names = customerNames(spec.seed);
  const domainKey = columnKey(spec.seed, 'customers', 'email domain');
  const passwordKey = columnKey(spec.seed, 'customers', 'password_hash');
  const facts = orderFacts();
  return {
    table: 'customers',
    columns: columnsOf<'customers'>({
      id: 'int8',
      email: 'text',
      password_hash: 'text',
      first_name: 'text',
      last_name: 'text',
      locale: 'text',
      tier: 'text',
      lifetime_spend_cents: 'int8',
      marketing_opt_in: 'bool',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    }),
    rowCount: customers.customers,
    writeRow(writer, row) {
      const country = customers.countryOf(row);
      const words = pools.countries[country];
      if (words === undefined) {
        throw new RangeError(`No names for country ${country}.`);
      }
      const first = names.firstOf(row, words.firstNames.size);
      const last = names.lastOf(row, words.lastNames.size);
      const createdUs = customers.createdAt(row);
      let updatedUs = createdUs;
      let spend = 0;
      const count = customers.orderCountOf(row);
      for (let i = 0; i < count; i++) {
        orders.read(customers.orderOf(row, i), facts);
        if (!orders.isCaptured(facts.status)) {
          continue;
        }
        spend += facts.total - orders.refundOf(facts);
        const placedUs = placedAt(facts.order);
        const changedUs =
          facts.status === STATUS.refunded
            ? history.lastTimeOf(facts.order, facts.archetype, placedUs)
            : history.timeOf(facts.order, facts.archetype, placedUs, 1);
        updatedUs = Math.max(updatedUs, changedUs);
      }
      if (audit.hasChangedOptIn(row)) {
        updatedUs = Math.max(updatedUs, audit.optInChangedAt(row));
      }
      let tier = 0;
      while (tier < TIER_CENTS.length && spend >= (TIER_CENTS[tier] ?? 0)) {
        tier++;
      }

      writer.beginRow(11);
      writer.int8(row + 1);
      writer.beginText();
      writer.appendEntry(words.asciiFirstNames, first);
      writer.appendByte(DOT);
      writer.appendEntry(words.asciiLastNames, last);
      writer.appendInteger(row + 1);
      writer.appendEntry(DOMAINS, bounded(cell(domainKey, row), DOMAINS.size));
      writer.endText();
      writer.entry(
        pools.passwordHashes,
        bounded(cell(passwordKey, row), pools.passwordHashes.size),
      );
      writer.entry(words.firstNames, first);
      writer.entry(words.lastNames, last);
      writer.entry(LOCALES, country);
      writer.entry(TIERS, tier);
      writer.int8(spend);
      writer.bool(audit.optInOf(row));
      writer.timestamp(createdUs);
      writer.timestamp(updatedUs);
      writer.endRow();
    },
  };
}
