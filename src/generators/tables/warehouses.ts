import { WAREHOUSES } from '../data/places.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool } from '../text-pool.ts';

const CODES = createTextPool(WAREHOUSES.map(([code]) => code));
const NAMES = createTextPool(WAREHOUSES.map(([, name]) => name));
const CITIES = createTextPool(WAREHOUSES.map(([, , city]) => city));
const COUNTRY_CODES = createTextPool(WAREHOUSES.map(([, , , code]) => code));

export function createWarehouses(): TableGenerator {
  return {
    table: 'warehouses',
    columns: columnsOf<'warehouses'>({
      id: 'int8',
      code: 'text',
      name: 'text',
      city: 'text',
      country_code: 'text',
    }),
    rowCount: WAREHOUSES.length,
    writeRow(writer, row) {
      writer.beginRow(5);
      writer.int8(row + 1);
      writer.entry(CODES, row);
      writer.entry(NAMES, row);
      writer.entry(CITIES, row);
      writer.entry(COUNTRY_CODES, row);
      writer.endRow();
    },
  };
}
