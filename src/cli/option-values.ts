import { CartloadError } from '../errors.ts';
import { type ParsedUnit, parseDurationMs, parseRate, parseScale } from '../scenario/units.ts';
import type { ArgumentValues } from './command.ts';

/** The option's text; undefined when it was not given. */
export function textOption(values: ArgumentValues, name: string): string | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    throw new CartloadError('BAD_OPTION', `--${name} was given more than once.`, {
      hint: `Given were ${value.join(', ')}: choose one.`,
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
