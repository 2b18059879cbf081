import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { AS_OF_US, SECOND_US } from '../calendar.ts';
import { customerNames } from '../customer-names.ts';
import { COUNTRIES } from '../data/places.ts';
import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const SPACE = 0x20;
const DIGIT_BLANK = 0x23;
const LETTER_BLANK = 0x40;
const CODES = createTextPool(COUNTRIES.map((country) => country.code));
const CITIES = COUNTRIES.map((country) => ({
  names: createTextPool(country.cities.map(([city]) => city)),
  regions: createTextPool(country.cities.map(([, region]) => region)),
  postcodes: country.cities.map(([, , postcode]) => encodeText(postcode)),
}));
const NO_BYTES = new Uint8Array();

export function createAddresses(model: ShopModel): TableGenerator {
  const { spec, pools, customers } = model;
  const names = customerNames(spec.seed);
  const key = (column: string) => columnKey(spec.seed, 'addresses', column);
  const cityKey = key('city');
  const streetKey = key('line1');
  const postcodeKey = key('postcode');

  const writePostcode = (writer: RowWriter, pattern: Uint8Array, row: number): void => {
    let word = cell(postcodeKey, row);
    writer.beginText();
    for (const byte of pattern) {
      const range = byte === DIGIT_BLANK ? 10 : byte === LETTER_BLANK ? 25 : 0;
      if (range === 0) {
        writer.appendByte(byte);
        continue;
      }
      const rest = Math.floor(word / range);
      writer.appendByte((range === 10 ? 0x30 : 0x41) + word - rest * range);
      word = rest;
    }
    writer.endText();
  };

  return {
    table: 'addresses',
    columns: columnsOf<'addresses'>({
      id: 'int8',
      customer_id: 'int8',
      is_default: 'bool',
      recipient: 'text',
      line1: 'text',
      city: 'text',
      region: 'text',
      postcode: 'text',
      country_code: 'text',
      created_at: 'timestamptz',
    }),
    rowCount: customers.addresses,
    writeRow(writer, row) {
      const customer = customers.ownerOfAddress(row);
      const index = row - customers.addressOf(customer, 0);
      const country = customers.countryOf(customer);
      const words = pools.countries[country];
      const cities = CITIES[country];
      if (words === undefined || cities === undefined) {
        throw new RangeError(`No places for country ${country}.`);
      }
      const city = bounded(cell(cityKey, row), cities.names.size);
      const street = bounded(cell(streetKey, row), words.streets.size);
      const houseNumber = 1 + bounded(cell(streetKey, row, 1), 180);
      const signedUpUs = customers.createdAt(customer);

      writer.beginRow(10);
      writer.int8(row + 1);
      writer.int8(customer + 1);
      writer.bool(index === 0);
      writer.beginText();
      writer.appendEntry(words.firstNames, names.firstOf(customer, words.firstNames.size));
      writer.appendByte(SPACE);
      writer.appendEntry(words.lastNames, names.lastOf(customer, words.lastNames.size));
      writer.endText();
      writer.beginText();
      if (COUNTRIES[country]?.numberFirst === true) {
        writer.appendInteger(houseNumber);
        writer.appendByte(SPACE);
        writer.appendEntry(words.streets, street);
      } else {
        writer.appendEntry(words.streets, street);
        writer.appendByte(SPACE);
        writer.appendInteger(houseNumber);
      }
      writer.endText();
      writer.entry(cities.names, city);
      writer.entry(cities.regions, city);
      writePostcode(writer, cities.postcodes[city] ?? NO_BYTES, row);
      writer.entry(CODES, country);
      // Any may be shipped to, so all are there before the first order, which comes at least half a
      // minute after signing up.
      writer.timestamp(Math.min(signedUpUs + index * 10 * SECOND_US, AS_OF_US - 1));
      writer.endRow();
    },
  };
}
