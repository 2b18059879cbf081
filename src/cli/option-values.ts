import { CartloadError } from '../errors.ts';
import { ordersForBytes } from '../loading/disk-space.ts';
import { type ParsedUnit, parseDurationMs, parseRate, parseScale } from '../scenario/units.ts';
import { PROFILES, type Profile } from '../schema/profiles.ts';
import type { ArgumentValues } from './command.ts';

/** The option's text; undefined when it was not given. */
export function textOption(values: ArgumentValues, name: string): string | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    throw new CartloadError('BAD_OPTION', `--${name} was given more than once.`, {
      hint: 'Choose one.',
    });
  }
  if (typeof value !== 'string' || value === '') throw missingValue(name);
  return value;
}

/** Every text of an option that may be given more than once. */
export function listOption(values: ArgumentValues, name: string): readonly string[] | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const list = (Array.isArray(value) ? value : [value]).map(String);
  if (list.length === 0 || list.includes('')) throw missingValue(name);
  return list;
}

export function durationOption(values: ArgumentValues, name: string): number | undefined {
  return unitOption(values, name, parseDurationMs);
}

/** Orders: `20k`, `1m`. */
export function scaleOption(values: ArgumentValues, name = 'scale'): number | undefined {
  return unitOption(values, name, parseScale);
}

/** One of the shop's profiles. */
export function profileOption(values: ArgumentValues): Profile | undefined {
  const text = textOption(values, 'profile');
  if (text === undefined) return undefined;
  const found = PROFILES.find((profile) => profile === text);
  if (found !== undefined) return found;
  throw new CartloadError('BAD_OPTION', `--profile is not known (got "${text}").`, {
    hint: `Profiles: ${PROFILES.join(', ')}.`,
  });
}

const SIZE_UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** Orders whose shop takes about so much disk: `50GB`. */
export function sizeOption(values: ArgumentValues): number | undefined {
  const text = textOption(values, 'size');
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text);
  const bytes = Number(match?.[1]) * (SIZE_UNITS[match?.[2]?.toUpperCase() ?? ''] ?? Number.NaN);
  const orders = ordersForBytes(bytes);
  if (orders >= 1000) return orders;
  throw new CartloadError('BAD_OPTION', `--size is not a size to load (got "${text}").`, {
    hint: 'Write 500MB, 50GB or 1TB.',
  });
}

/** Arrivals per second; a bare number is per second. */
export function rateOption(values: ArgumentValues, name: string): number | undefined {
  return unitOption(values, name, (text) => parseRate(/^[\d.]+$/.test(text) ? `${text}/s` : text));
}

/** A whole number of at least `least`. */
export function integerOption(
  values: ArgumentValues,
  name: string,
  least: number,
): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new CartloadError('BAD_OPTION', `--${name} is not a whole number (got "${text}").`, {
    hint: `Write a whole number from ${least} on.`,
  });
}

function unitOption(
  values: ArgumentValues,
  name: string,
  parse: (text: string) => ParsedUnit,
): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const parsed = parse(text);
  if (parsed.ok) return parsed.value;
  const [wrong, right = 'see cartload --help'] = parsed.message.split(' - ');
  throw new CartloadError('BAD_OPTION', `--${name} ${wrong}.`, { hint: `${capital(right)}.` });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function missingValue(name: string): CartloadError {
  return new CartloadError('BAD_OPTION', `--${name} was given without a value.`, {
    hint: `Write --${name} VALUE.`,
  });
}
