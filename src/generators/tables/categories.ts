import { createCategoryTree } from '../category-tree.ts';
import type { RowWriter } from '../row-writer.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';

const HYPHEN = 0x2d;
const DOT = 0x2e;

/** Departments, their shelves, and the leaves that products hang on: "Electronics", "Audio", "Headphones". */
export function createCategories(model: ShopModel): TableGenerator {
  const { assortment } = model.catalogue;
  const tree = createCategoryTree(assortment);

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
      writer.entry(assortment.categoryNames, row);
      writer.beginText();
      writer.appendEntry(assortment.categorySlugs, row);
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
