// Writes the pools of password hashes and encrypted card tokens, made once by pgcrypto itself, so that
// its crypt() and pgp_sym_decrypt() read them. Both are salted: a new run makes other, equally good
// pools, and so needs a new GENERATOR_VERSION.
// Run: node scripts/make-credential-pools.mjs postgres://... (a database where pgcrypto may be created)
//      && npx biome check --write src/generators/data
import { writeFileSync } from 'node:fs';
import pg from 'pg';

const client = new pg.Client({ connectionString: process.argv[2] });
await client.connect();
await client.query('create extension if not exists pgcrypto');

const hashes = await client.query(
  `select crypt('password-' || k, gen_salt('bf', 5)) as value from generate_series(0, 63) k order by k`,
);
const tokens = await client.query(
  `select encode(pgp_sym_encrypt('tok_' || encode(gen_random_bytes(8), 'hex'), $1), 'base64') as value
   from generate_series(0, 255) k order by k`,
  ['cartload-development-key'],
);
await client.end();

const file = (name) => new URL(`../src/generators/data/${name}`, import.meta.url);
const list = (rows) => rows.map((row) => `'${row.value.replaceAll('\n', '')}',`).join('\n');
writeFileSync(
  file('password-hashes.ts'),
  `// Made by scripts/make-credential-pools.mjs.

/** bcrypt hashes (cost 5) of \`password-0\` to \`password-63\`, in order. */
export const PASSWORD_HASHES: readonly string[] = [\n${list(hashes.rows)}\n];\n`,
);
writeFileSync(
  file('card-tokens.ts'),
  `// Made by scripts/make-credential-pools.mjs.

/** Base64 of tokens \`tok_<16 hex>\`, encrypted by \`pgp_sym_encrypt\` with the key \`cartload-development-key\`. */
export const CARD_TOKENS: readonly string[] = [\n${list(tokens.rows)}\n];\n`,
);
