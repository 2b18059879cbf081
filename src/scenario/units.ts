/** What a text with a unit was read as, or a sentence part that says what is wrong with it. */
export type ParsedUnit =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      /** "what is wrong (what was given) - what would be right", without naming the key or option. */
      readonly message: string;
    };

/** How a kind of value is written: for messages, and for the JSON Schema of scenario files. */
export interface Notation {
  /** ECMA 262 regular expression over the whole text. */
  readonly pattern: string;
  readonly right: string;
}

export const DURATION: Notation = {
  pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$',
  right: 'write a number and its unit, such as 250ms, 60s, 5m or 1h',
};

export const RATE: Notation = {
  pattern: '^[0-9]+(\\.[0-9]+)?/(s|m)$',
  right: 'write arrivals per second or minute, such as 200/s or 12000/m',
};

export const SCALE: Notation = {
  pattern: '^[0-9]+(\\.[0-9]+)?[km]?$',
  right: 'write the number of orders, a multiple of 1000 up to 1000m, such as 20k, 1m or 2.5m',
};

export const SHARE: Notation = {
  pattern: '^[0-9]+(\\.[0-9]+)?%?$',
  right: 'write a share from 0 to 1 or from 0% to 100%, such as 0.2 or 20%',
};

const DURATION_FACTORS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const RATE_FACTORS: Readonly<Record<string, number>> = { s: 1, m: 1 / 60 };
const SCALE_FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

/** Node's timers and the server's timeouts both hold 31 bits of milliseconds: 24.8 days. */
const MAX_DURATION_MS = 2 ** 31 - 1;
const MAX_RATE_PER_SECOND = 1_000_000;
const MAX_ORDERS = 1_000_000_000;

/** Reads `250ms`, `60s`, `5m` or `1h` as whole milliseconds, 0 included. */
export function parseDurationMs(input: unknown): ParsedUnit {
  const match = numberAndUnit(input, /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/);
  if (match === null) return notA('duration', input, DURATION);
  const durationMs = product(match.number, DURATION_FACTORS[match.unit]);
  if (!Number.isInteger(durationMs)) {
    return refuse('is finer than a millisecond', input, 'write whole milliseconds, such as 5ms');
  }
  if (durationMs > MAX_DURATION_MS) {
    return refuse('is too long', input, 'write at most 24 days, that is 576h');
  }
  return { ok: true, value: durationMs };
}

/** Reads `200/s` or `12000/m` as arrivals per second, more than 0. */
export function parseRate(input: unknown): ParsedUnit {
  const parsed = parseTargetRate(input);
  if (!parsed.ok || parsed.value > 0) return parsed;
  return refuse('is no rate to run at', input, 'write more than 0/s');
}

/** Reads `200/s` or `12000/m` as arrivals per second, 0 included. */
export function parseTargetRate(input: unknown): ParsedUnit {
  const match = numberAndUnit(input, /^([0-9]+(?:\.[0-9]+)?)\/(s|m)$/);
  if (match === null) return notA('rate', input, RATE);
  const ratePerSecond = match.number * (RATE_FACTORS[match.unit] ?? Number.NaN);
  if (ratePerSecond > MAX_RATE_PER_SECOND) {
    return refuse('is too high', input, `write at most ${MAX_RATE_PER_SECOND}/s`);
  }
  return { ok: true, value: ratePerSecond };
}

/** Reads `20k`, `1m`, `2.5m` or `20000` as a number of orders, a positive multiple of 1000. */
export function parseScale(input: unknown): ParsedUnit {
  const text = typeof input === 'number' ? String(input) : input;
  const match = numberAndUnit(text, /^([0-9]+(?:\.[0-9]+)?)([km]?)$/);
  if (match === null) return notA('scale', input, SCALE);
  const orders = product(match.number, SCALE_FACTORS[match.unit]);
  if (!(orders > 0) || orders % 1000 !== 0) {
    return refuse('is not a positive multiple of 1000 orders', input, SCALE.right);
  }
  if (orders > MAX_ORDERS) return refuse('is too large', input, SCALE.right);
  return { ok: true, value: orders };
}

/** Reads `0.2` or `20%` as a share from 0 to 1. */
export function parseShare(input: unknown): ParsedUnit {
  const text = typeof input === 'number' ? String(input) : input;
  const match = numberAndUnit(text, /^(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)(%?)$/);
  if (match === null) return notA('share', input, SHARE);
  const share = match.unit === '%' ? match.number / 100 : match.number;
  if (share < 0 || share > 1) return refuse('is out of range', input, SHARE.right);
  return { ok: true, value: share };
}

/** How a message shows the value it was given: `"5 min"`, `60`, `a list`, `nothing`. */
export function given(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  return shortened(typeof input === 'string' ? JSON.stringify(input) : String(input));
}

const LONGEST_SHOWN = 80;

/** A text of a user's as it may stand in a line of a message: what cannot be seen is escaped. */
export function shortened(text: string): string {
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
  return short.replaceAll(
    /\p{C}/gu,
    (hidden) => `\\u${(hidden.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function numberAndUnit(input: unknown, notation: RegExp): { number: number; unit: string } | null {
  if (typeof input !== 'string') return null;
  const match = notation.exec(input.trim());
  if (match === null) return null;
  return { number: Number(match[1]), unit: match[2] ?? '' };
}

/** 2.3 x 1000 is 2300 and not 2299.9999999999995. */
function product(number: number, factor: number | undefined): number {
  const exact = number * (factor ?? Number.NaN);
  const rounded = Math.round(exact);
  return Math.abs(exact - rounded) < 1e-6 ? rounded : exact;
}

function notA(kind: string, input: unknown, notation: Notation): ParsedUnit {
  const isBareNumber =
    kind !== 'scale' && kind !== 'share' && /^[0-9]+(\.[0-9]+)?$/.test(String(input).trim());
  return refuse(isBareNumber ? 'has no unit' : `is not a ${kind}`, input, notation.right);
}

function refuse(wrong: string, input: unknown, right: string): ParsedUnit {
  return { ok: false, message: `${wrong} (got ${given(input)}) - ${right}` };
}
