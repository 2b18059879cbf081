import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commonMigrations, loadCodeBase } from '../../../src/experiments/arms/code-base.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartload-builds-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A build with these migrations, the last of which imports a file of the shop's. */
async function build(
  name: string,
  migrations: Readonly<Record<string, string>>,
  options: { readonly imported?: string; readonly version?: number } = {},
) {
  const root = join(folder, name);
  const { imported = 'export const days = 7;', version = 1 } = options;
  for (const path of ['dist/migrations', 'dist/src/workloads', 'dist/src/generators']) {
    await mkdir(join(root, path), { recursive: true });
  }
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'dist/src/generators/shop.js'), imported);
  await writeFile(
    join(root, 'dist/src/workloads/bundle.js'),
    `export const workloadBundle = { version: ${version}, createTransactions: () => new Map() };`,
  );
  for (const [file, text] of Object.entries(migrations)) {
    await writeFile(join(root, 'dist/migrations', `${file}.js`), text);
  }
  return root;
}

const FIRST = { '001-one': 'export const up = 1;' };
const SECOND = {
  '002-two': `import { days } from '../src/generators/shop.js';\nexport const up = days;`,
};

test('builds have in common what is alike from the first migration on', async () => {
  const base = await loadCodeBase(await build('base', { ...FIRST, ...SECOND }));
  const same = await loadCodeBase(await build('same', { ...FIRST, ...SECOND }));
  const longer = await loadCodeBase(
    await build('longer', { ...FIRST, ...SECOND, '003-three': 'export const up = 3;' }),
  );
  const edited = await loadCodeBase(
    await build('edited', { '001-one': 'export const up = 2;', ...SECOND }),
  );
  expect(base.migrations.map(({ name }) => name)).toEqual(['001-one', '002-two']);
  expect(commonMigrations([base, same])).toBe(2);
  expect(commonMigrations([base, longer])).toBe(2);
  expect(commonMigrations([longer, base])).toBe(2);
  expect(commonMigrations([base, edited])).toBe(0);
});

test('a migration is another one where a file that it imports is', async () => {
  const base = await loadCodeBase(await build('before', { ...FIRST, ...SECOND }));
  const other = await loadCodeBase(
    await build('after', { ...FIRST, ...SECOND }, { imported: 'export const days = 8;' }),
  );
  expect(commonMigrations([base, other])).toBe(1);
});

test('what is not built, and what asks for another engine, is refused', async () => {
  await expect(loadCodeBase(join(folder, 'none'))).rejects.toMatchObject({ code: 'BAD_BASELINE' });
  const future = await build('future', FIRST, { version: 2 });
  await expect(loadCodeBase(future)).rejects.toThrow(/version 2; this engine runs version 1/);
});
