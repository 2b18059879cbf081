import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
}

function find(): { root: string; version: string } {
  // The compiled tree is one folder deeper than the source tree, so the way up is searched.
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
      if (json.name === 'cartload') return { root: folder, version: json.version ?? '0.0.0' };
    } catch {
      if (folder === dirname(folder)) throw new Error('the package.json of cartload is missing');
    }
  }
}

const found = find();

/** The folder of the package: `scenarios/` and `node_modules/` stand in it. */
export const packageRoot = found.root;

/** The version in package.json. */
export const packageVersion = found.version;
