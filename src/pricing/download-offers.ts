import { createHash } from 'node:crypto';
import { CartloadError, messageOf } from '../errors.ts';
import { OFFER_CODES, pricesIn } from './offer-file.ts';
import type { Price, PriceBook } from './price-book.ts';

/** Where AWS publishes its prices: plain files, without an account. */
export const AWS_PRICES = 'https://pricing.us-east-1.amazonaws.com';
const TIMEOUT_MS = 10 * 60_000;

/** What the files of a region say. */
export interface Offers {
  readonly prices: readonly Price[];
  readonly sources: PriceBook['sources'];
}

/**
 * Downloads the public price files of a region.
 *
 * @throws CartloadError PRICES_UNREACHABLE, or BAD_PRICES where one is not what it should be
 */
export async function downloadOffers(options: {
  readonly region: string;
  readonly baseUrl: string;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}): Promise<Offers> {
  const { region, baseUrl, onStep, signal } = options;
  const prices: Price[] = [];
  const sources: PriceBook['sources'] = {};
  for (const code of OFFER_CODES) {
    onStep(`reading the prices of ${code} in ${region}`);
    const url = `${baseUrl}/offers/v1.0/aws/${code}/current/${region}/index.json`;
    const bytes = await download(url, signal);
    const data = parseOffer(bytes, url);
    const source = `${code}-${data.version}`;
    const found = pricesIn(data, region, source);
    if (found.length === 0) continue;
    prices.push(...found);
    sources[source] = {
      title: `AWS price file ${code}, version ${data.version}, ${region}`,
      date: data.publicationDate.slice(0, 10),
      kind: 'AWS bulk file',
      note: `sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
    };
  }
  return { prices, sources };
}

async function download(url: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    throw new CartloadError('PRICES_UNREACHABLE', `${url} cannot be read: ${messageOf(reason)}.`, {
      hint: 'It needs the internet, and a region such as eu-west-1. The snapshot is as it was.',
      cause,
    });
  }
}

function parseOffer(
  bytes: Uint8Array,
  url: string,
): { readonly version: string; readonly publicationDate: string } {
  try {
    const data = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { version, publicationDate } = data;
    if (typeof version === 'string' && typeof publicationDate === 'string') {
      return { ...data, version, publicationDate };
    }
  } catch {
    // As below.
  }
  throw new CartloadError('BAD_PRICES', `${url} is no price file of AWS.`);
}
