// Writes docs/schema.md from a migrated database: one of a cluster that is made for it and goes again,
// or the one whose URL is given. With --check nothing is written: exit 1 when the file is stale.
// Run: npm run docs:schema, or npm run build && node scripts/make-schema-doc.mjs --check postgres://...
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { renderSchema } from './schema-doc.mjs';

const FILE = new URL('../docs/schema.md', import.meta.url);
const built = (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const url = process.argv.slice(2).find((argument) => argument.includes('://'));

const text = url === undefined ? await onOwnCluster() : await render(url);
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('docs/schema.md is stale: run npm run docs:schema');
  process.exitCode = 1;
}

async function render(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await renderSchema(client);
  } finally {
    await client.end();
  }
}

async function onOwnCluster() {
  const { EmbeddedCluster } = await built('database/embedded/embedded-cluster');
  const { createKnex } = await built('database/knex-client');
  const { migrateUp } = await built('database/migrations');
  const { ensureRoles } = await built('database/roles');
  const { parseServerUrl } = await built('database/server-address');
  const { withConnection } = await built('database/connect');
  const folder = mkdtempSync(join(tmpdir(), 'cartload-docs-'));
  const cluster = await EmbeddedCluster.acquire({ directory: folder, command: 'docs:schema' });
  try {
    const { primaryUrl } = await cluster.start(new AbortController().signal);
    const address = parseServerUrl(primaryUrl);
    const knex = createKnex(address);
    await migrateUp(knex);
    await knex.destroy();
    await withConnection(address, { purpose: 'docs' }, ensureRoles);
    return await render(primaryUrl);
  } finally {
    await cluster.reset();
    await cluster.release();
    rmSync(folder, { recursive: true, force: true });
  }
}
