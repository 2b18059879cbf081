import { createHash } from 'node:crypto';
import type { Faker } from '@faker-js/faker';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as british } from '@faker-js/faker/locale/en_GB';
import { faker as spanish } from '@faker-js/faker/locale/es';
import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as polish } from '@faker-js/faker/locale/pl';
import { bounded } from '../random/bounded.ts';
import { cell } from '../random/cell.ts';
import { hashName } from '../random/hash32.ts';
import { CARD_TOKENS } from './data/card-tokens.ts';
import { PASSWORD_HASHES } from './data/password-hashes.ts';
import {
  BRAND_SUFFIXES,
  CARRIERS,
  COUPON_WORDS,
  PARTIAL_REFUND_REASONS,
  REFUND_REASONS,
  REVIEW_PHRASES,
} from './data/phrases.ts';
import { COUNTRIES, type Country, WAREHOUSES } from './data/places.ts';
import { createBytePool, createTextPool, type TextPool } from './text-pool.ts';

/** Names and streets of one country; the ASCII pools run parallel to the others, for e-mail addresses. */
export interface CountryPools {
  readonly firstNames: TextPool;
  readonly lastNames: TextPool;
  readonly asciiFirstNames: TextPool;
  readonly asciiLastNames: TextPool;
  readonly streets: TextPool;
}

/** Every text of the shop, encoded once at start. Built from Faker's word lists and from `data/`. */
export interface WordPools {
  /** In the order of `COUNTRIES`. */
  readonly countries: readonly CountryPools[];
  /** As written in names, and in lower case for slugs, running parallel. */
  readonly adjectives: TextPool;
  readonly materials: TextPool;
  readonly nouns: TextPool;
  readonly adjectiveSlugs: TextPool;
  readonly materialSlugs: TextPool;
  readonly nounSlugs: TextPool;
  /** Sentences about a product: `descriptionStarts[i]` noun `descriptionEnds[i]`. */
  readonly descriptionStarts: TextPool;
  readonly descriptionEnds: TextPool;
  readonly colors: TextPool;
  readonly departments: TextPool;
  readonly departmentSlugs: TextPool;
  readonly brandNames: TextPool;
  readonly brandNameSlugs: TextPool;
  readonly brandSuffixes: TextPool;
  readonly brandSuffixSlugs: TextPool;
  readonly passwordHashes: TextPool;
  readonly cardTokens: TextPool;
  readonly carriers: TextPool;
  readonly couponWords: TextPool;
  readonly refundReasons: TextPool;
  readonly partialRefundReasons: TextPool;
  /** Unhappy, mixed, happy. */
  readonly reviews: readonly { readonly titles: TextPool; readonly sentences: TextPool }[];
  /** The words of product names as strings, for search terms. */
  readonly nounWords: readonly string[];
  readonly materialWords: readonly string[];
  /** First 16 hex digits of the SHA-256 over all pools and the tables of `data/places.ts`. */
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
const DESCRIPTIONS = 512;

let pools: WordPools | undefined;

/** The pools; built at the first call (about 30 ms), the same for every dataset. */
export function wordPools(): WordPools {
  pools ??= buildPools();
  return pools;
}

function buildPools(): WordPools {
  const commerce = english.rawDefinitions.commerce;
  const adjectives = plain(commerce?.product_name?.adjective);
  const materials = plain(commerce?.product_name?.material);
  const nouns = plain(commerce?.product_name?.product);
  const departments = plain(commerce?.department);
  const surnames = plain(english.rawDefinitions.person?.last_name?.generic);
  const descriptions = descriptionSentences();
  const moods = [REVIEW_PHRASES.unhappy, REVIEW_PHRASES.mixed, REVIEW_PHRASES.happy];
  const built = {
    countries: COUNTRIES.map(countryPools),
    adjectives: createTextPool(adjectives),
    materials: createTextPool(materials),
    nouns: createTextPool(nouns),
    adjectiveSlugs: createTextPool(adjectives.map(slug)),
    materialSlugs: createTextPool(materials.map(slug)),
    nounSlugs: createTextPool(nouns.map(slug)),
    descriptionStarts: createTextPool(descriptions.map(([start]) => start)),
    descriptionEnds: createTextPool(descriptions.map(([, end]) => end)),
    colors: createTextPool(plain(english.rawDefinitions.color?.human)),
    departments: createTextPool(departments),
    departmentSlugs: createTextPool(departments.map(slug)),
    brandNames: createTextPool(surnames),
    brandNameSlugs: createTextPool(surnames.map(slug)),
    brandSuffixes: createTextPool(BRAND_SUFFIXES),
    brandSuffixSlugs: createTextPool(BRAND_SUFFIXES.map(slug)),
    passwordHashes: createTextPool(PASSWORD_HASHES),
    cardTokens: createBytePool(CARD_TOKENS.map((token) => Buffer.from(token, 'base64'))),
    carriers: createTextPool(CARRIERS),
    couponWords: createTextPool(COUPON_WORDS),
    refundReasons: createTextPool(REFUND_REASONS),
    partialRefundReasons: createTextPool(PARTIAL_REFUND_REASONS),
    reviews: moods.map((mood) => ({
      titles: createTextPool(mood.titles),
      sentences: createTextPool(mood.sentences),
    })),
    nounWords: nouns,
    materialWords: materials,
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

/**
 * Faker's sentences about products with their blanks filled, but for the noun, which each row puts in.
 * Sentences with other blanks (a material, a company) are left out: they could contradict the row.
 */
function descriptionSentences(): readonly (readonly [start: string, end: string])[] {
  const { commerce, word, color, food, animal } = english.rawDefinitions;
  const blanks: Readonly<Record<string, readonly string[]>> = {
    'word.adjective': plain(word?.adjective),
    'color.human': plain(color?.human),
    'food.adjective': plain(food?.adjective),
    'animal.type': plain(animal?.type),
  };
  const filling = /\{\{([^}]+)\}\}/g;
  const templates = plain(commerce?.product_description).filter((template) => {
    const names = Array.from(template.matchAll(filling), (match) => match[1] ?? '');
    const nounCount = names.filter((name) => name === 'commerce.product').length;
    return nounCount === 1 && names.every((name) => name === 'commerce.product' || name in blanks);
  });
  const key = hashName('descriptions');
  return Array.from({ length: DESCRIPTIONS }, (_, i) => {
    let draw = 0;
    const text = (templates[i % templates.length] ?? '').replace(filling, (blank, name: string) => {
      const words = blanks[name];
      return words === undefined
        ? blank
        : (words[bounded(cell(key, i, draw++), words.length)] ?? '');
    });
    const [start = '', end = ''] = text.split('{{commerce.product}}');
    return [start, `${end}.`] as const;
  });
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

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
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
  return hash.digest('hex').slice(0, 16);
}
