import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetSpec } from '../generators/dataset-spec.ts';
import type { Shop } from '../generators/shop.ts';
import { replaceFile } from '../replace-file.ts';
import { PROFILES } from '../schema/profiles.ts';

/** On the embedded cluster each dataset has a database of its own, so that none replaces another. */
export const SHOP_PREFIX = 'shop_';

const FILE = 'current-dataset.json';

const specSchema = z.object({
  orders: z.int().positive(),
  seed: z.int().nonnegative(),
  profile: z.enum(PROFILES),
});

/** `shop_20k_42_1a2b3c4d`: scale, seed, and the beginning of the identity, which holds the profile. */
export function shopDatabase(shop: Shop): string {
  const { orders, seed } = shop.spec;
  return `${SHOP_PREFIX}${orders / 1000}k_${seed}_${shop.identity.id.slice(0, 8)}`;
}

/** The dataset that was last loaded or run on the embedded cluster; null before the first. */
export async function readCurrentDataset(stateDirectory: string): Promise<DatasetSpec | null> {
  try {
    const text = await readFile(join(stateDirectory, FILE), 'utf8');
    return specSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeCurrentDataset(
  stateDirectory: string,
  { orders, seed, profile }: DatasetSpec,
): Promise<void> {
  await mkdir(stateDirectory, { recursive: true });
  await replaceFile(join(stateDirectory, FILE), JSON.stringify({ orders, seed, profile }));
}

export async function forgetCurrentDataset(stateDirectory: string): Promise<void> {
  await rm(join(stateDirectory, FILE), { force: true });
}
