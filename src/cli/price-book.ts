import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-info.ts';
import { type PriceBook, readPriceBook } from '../pricing/price-book.ts';
import type { CommandContext } from './context.ts';

/** The snapshot that `prices --region` writes, beside the configuration of the targets. */
export function ownPricesFile({ configFile }: CommandContext): string {
  return join(dirname(configFile), 'cartload.prices.json');
}

/** The user's own snapshot of prices, else the one that Cartload comes with. */
export function openPriceBook(context: CommandContext): PriceBook {
  const own = ownPricesFile(context);
  return readPriceBook(existsSync(own) ? own : join(packageRoot, 'pricing/aws.json'));
}
