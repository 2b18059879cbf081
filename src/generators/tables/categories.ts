import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import type { TextPool } from '../text-pool.ts';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;

/** Departments; under them a material; under that a product: "Garden", "Bamboo Garden", "Bamboo Chair". */
export function createCategories(model: ShopModel): TableGenerator {
  const { pools, catalogue } = model;
  const tree = catalogue.categories;

  const writeWords = (
    writer: RowWriter,
    category: number,
    first: TextPool,
    second: TextPool,
    separator: number,
    departments: TextPool,
  ): void => {
    const depth = tree.depthOf(category);
    if (depth === 0) {
      writer.appendEntry(departments, category);
      return;
    }
    const parent = tree.parentOf(category);
    if (depth === 1) {
      writer.appendEntry(first, category % first.size);
      writer.appendByte(separator);
      writer.appendEntry(departments, parent);
      return;
    }
    writer.appendEntry(first, parent % first.size);
    writer.appendByte(separator);
    writer.appendEntry(second, category % second.size);
  };

  const writePath = (writer: RowWriter, category: number): void => {
    const parent = tree.parentOf(category);
    if (parent >= 0) {
      writePath(writer, parent);
      writer.appendByte(DOT);
    }
    writer.appendInteger(category + 1);
  };

  return {
    table: 'categories',
    columns: columnsOf<'categories'>({
      id: 'int8',
      parent_id: 'int8',
      name: 'text',
      slug: 'text',
      path: 'text',
      depth: 'int4',
    }),
    rowCount: tree.count,
    writeRow(writer, row) {
      const parent = tree.parentOf(row);
      writer.beginRow(6);
      writer.int8(row + 1);
      if (parent < 0) {
        writer.null();
      } else {
        writer.int8(parent + 1);
      }
      writer.beginText();
      writeWords(writer, row, pools.materials, pools.nouns, SPACE, pools.departments);
      writer.endText();
      writer.beginText();
      writeWords(writer, row, pools.materialSlugs, pools.nounSlugs, HYPHEN, pools.departmentSlugs);
      writer.appendByte(HYPHEN);
      writer.appendInteger(row + 1);
      writer.endText();
      writer.beginText();
      writePath(writer, row);
      writer.endText();
      writer.int4(tree.depthOf(row));
      writer.endRow();
    },
  };
}
