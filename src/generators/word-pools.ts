import { createHash } from 'node:crypto';
import type { Faker } from '@faker-js/faker';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as british } from '@faker-js/faker/locale/en_GB';
import { faker as spanish } from '@faker-js/faker/locale/es';
import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as polish } from '@faker-js/faker/locale/pl';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import type { Profile } from '../schema/profiles.ts';
import { GENERAL_STORE } from './data/assortment.ts';
import { CARD_TOKENS } from './data/card-tokens.ts';
import { GROCERY_STORE } from './data/grocery-assortment.ts';
import { PASSWORD_HASHES } from './data/password-hashes.ts';
import {
  BRAND_SUFFIXES,
  CARRIERS,
  COUPON_WORDS,
  GROCERY_REVIEW_PHRASES,
  PARTIAL_REFUND_REASONS,
  REFUND_REASONS,
  REVIEW_PHRASES,
  type ReviewPhrases,
  SERIES,
} from './data/phrases.ts';
import { COUNTRIES, type Country, WAREHOUSES } from './data/places.ts';
import { KIND_SPECS } from './data/product-kinds.ts';
import { slug } from './slug.ts';
import { createBytePool, createTextPool, type TextPool } from './text-pool.ts';

/** Names and streets of one country; the ASCII pools run parallel to the others, for e-mail addresses. */
export interface CountryPools {
  readonly firstNames: TextPool;
  readonly lastNames: TextPool;
  readonly asciiFirstNames: TextPool;
  readonly asciiLastNames: TextPool;
  readonly streets: TextPool;
}

/** Unhappy, mixed, happy. */
export interface MoodPools {
  readonly titles: TextPool;
  readonly sentences: TextPool;
}

/** Every text of the shop but the names of its goods (`Assortment`), encoded once at start. Built from Faker's word lists and from `data/`. */
export interface WordPools {
  /** In the order of `COUNTRIES`. */
  readonly countries: readonly CountryPools[];
  readonly colors: TextPool;
  /** As JSON strings. */
  readonly colorsJson: TextPool;
  readonly brandNames: TextPool;
  readonly brandNameSlugs: TextPool;
  readonly brandSuffixes: TextPool;
  readonly brandSuffixSlugs: TextPool;
  readonly series: TextPool;
  readonly seriesSlugs: TextPool;
  readonly passwordHashes: TextPool;
  readonly cardTokens: TextPool;
  readonly carriers: TextPool;
  readonly couponWords: TextPool;
  readonly refundReasons: TextPool;
  readonly partialRefundReasons: TextPool;
  readonly reviews: Readonly<Record<Profile, readonly MoodPools[]>>;
  /** First 16 hex digits of the SHA-256 over all pools and the tables of places, goods and kinds. */
  readonly hash: string;
}

/** Where Faker has each country's words. */
const FAKERS: Readonly<Record<string, Faker>> = {
  DE: german,
  US: english,
  GB: british,
  FR: french,
  ES: spanish,
  PL: polish,
};

/** Streets of countries for which Faker has patterns, not names, are put together in this number. */
const COMPOSED_STREETS = 600;

let pools: WordPools | undefined;

/** The pools; built at the first call (about 30 ms), the same for every dataset. */
export function wordPools(): WordPools {
  pools ??= buildPools();
  return pools;
}

function buildPools(): WordPools {
  const surnames = shuffled(plain(english.rawDefinitions.person?.last_name?.generic));
  const colors = plain(english.rawDefinitions.color?.human);
  const general = moodPools(REVIEW_PHRASES);
  const built = {
    countries: COUNTRIES.map(countryPools),
    colors: createTextPool(colors),
    colorsJson: createTextPool(colors.map((color) => JSON.stringify(color))),
    brandNames: createTextPool(surnames),
    brandNameSlugs: createTextPool(surnames.map(slug)),
    brandSuffixes: createTextPool(BRAND_SUFFIXES),
    brandSuffixSlugs: createTextPool(BRAND_SUFFIXES.map(slug)),
    series: createTextPool(SERIES),
    seriesSlugs: createTextPool(SERIES.map(slug)),
    passwordHashes: createTextPool(PASSWORD_HASHES),
    cardTokens: createBytePool(CARD_TOKENS.map((token) => Buffer.from(token, 'base64'))),
    carriers: createTextPool(CARRIERS),
    couponWords: createTextPool(COUPON_WORDS),
    refundReasons: createTextPool(REFUND_REASONS),
    partialRefundReasons: createTextPool(PARTIAL_REFUND_REASONS),
    reviews: {
      default: general,
      marketplace: general,
      grocery: moodPools(GROCERY_REVIEW_PHRASES),
    },
  };
  return { ...built, hash: hashOf(built) };
}

function countryPools(country: Country): CountryPools {
  const definitions = FAKERS[country.code]?.rawDefinitions;
  const first = definitions?.person?.first_name;
  const firstNames = plain([...(first?.female ?? []), ...(first?.male ?? [])]);
  const lastNames = plain(definitions?.person?.last_name?.generic);
  return {
    firstNames: createTextPool(firstNames),
    lastNames: createTextPool(lastNames),
    asciiFirstNames: createTextPool(firstNames.map(ascii)),
    asciiLastNames: createTextPool(lastNames.map(ascii)),
    streets: createTextPool(streetsOf(country.code, lastNames)),
  };
}

function streetsOf(code: string, lastNames: readonly string[]): readonly string[] {
  const location = FAKERS[code]?.rawDefinitions.location;
  switch (code) {
    case 'FR':
      return combine(plain(location?.street_prefix), plain(location?.street_suffix));
    case 'ES':
      return combine(['Calle', 'Avenida', 'Plaza', 'Paseo', 'Camino', 'Ronda'], lastNames);
    case 'PL':
      return combine(['ul.', 'ul.', 'ul.', 'al.', 'pl.', 'os.'], lastNames);
    default:
      return plain(location?.street_name);
  }
}

function combine(heads: readonly string[], tails: readonly string[]): readonly string[] {
  const count = Math.min(COMPOSED_STREETS, heads.length * tails.length);
  return Array.from(
    { length: count },
    (_, i) =>
      `${heads[i % heads.length]} ${tails[(i * 7 + Math.floor(i / heads.length)) % tails.length]}`,
  );
}

function moodPools(phrases: ReviewPhrases): readonly MoodPools[] {
  return [phrases.unhappy, phrases.mixed, phrases.happy].map((mood) => ({
    titles: createTextPool(mood.titles),
    sentences: createTextPool(mood.sentences),
  }));
}

/** Brands take surnames in turn: not from A to Z. */
function shuffled(words: readonly string[]): readonly string[] {
  const order = Array.from(words.keys());
  shuffle(order, hashName('brand names'));
  return order.map((i) => words[i] ?? '');
}

/** A list of Faker's, sorted out: no blanks, nothing twice, nothing that JSON would have to escape. */
function plain(words: readonly string[] | null | undefined): readonly string[] {
  const kept = (words ?? [])
    .map((w) => w.trim())
    .filter((w) => w !== '' && !/["\\\p{Cc}]/u.test(w));
  return [...new Set(kept)];
}

/** Letters that do not come apart into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
};

function ascii(text: string): string {
  const lower = text.toLowerCase().normalize('NFD');
  return Array.from(lower, (c) => LETTERS[c] ?? c)
    .join('')
    .replace(/[^a-z]/g, '');
}

function hashOf(built: object): string {
  const hash = createHash('sha256');
  const add = (value: unknown): void => {
    if (value instanceof Uint8Array) {
      hash.update(value);
    } else if (value instanceof Uint32Array) {
      hash.update(value.join());
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        hash.update(`\n${name}:`);
        add(part);
      }
    } else {
      hash.update(String(value));
    }
  };
  add(built);
  add(COUNTRIES);
  add(WAREHOUSES);
  add(GENERAL_STORE);
  add(GROCERY_STORE);
  add(KIND_SPECS);
  return hash.digest('hex').slice(0, 16);
}
