import type { QuantileRecord } from '../measurements/run-record.ts';

export type DurationUnit = 'us' | 'ms' | 's';

const MICROSECONDS_PER = { us: 1, ms: 1_000, s: 1_000_000 } as const;
const LABELS = { us: 'µs', ms: 'ms', s: 's' } as const;
/** Histograms count whole microseconds: more decimals than these would be made up. */
const MAX_DECIMALS = { us: 0, ms: 3, s: 6 } as const;

/** What stands where a figure cannot be formed, such as a share of nothing. */
const NOT_AVAILABLE = 'n/a';

const groupThousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const asTyped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

/** A whole number with its thousands separated: `18,204`. */
export function formatCount(value: number): string {
  return groupThousands.format(value);
}

/** A configured number as a person would type it, without padding zeroes: `0.5`, `30`, `1,000`. */
export function formatSetting(value: number): string {
  return asTyped.format(value);
}

/** A measured number with three significant digits and its thousands separated: `1,230`, `0.0451`. */
export function formatSignificant(value: number, maxDecimals = 6): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude >= 3) {
    const step = 10 ** (magnitude - 2);
    return groupThousands.format(Math.round(value / step) * step);
  }
  const decimals = Math.min(Math.max(2 - magnitude, 0), maxDecimals);
  const text = value.toFixed(decimals);
  // 9.996 has two decimals before rounding and one after it.
  const rounded = Number(text);
  return Math.floor(Math.log10(Math.abs(rounded))) > magnitude
    ? formatSignificant(rounded, maxDecimals)
    : text;
}

/**
 * The one unit for all durations of a table. The median decides, so that a single slow maximum does
 * not turn every other cell into zeroes.
 */
export function unitFor(valuesUs: readonly number[]): DurationUnit {
  const sorted = valuesUs.filter((value) => value > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1_000;
  const largest = sorted.at(-1) ?? 1_000;
  if (median < 1_000 && largest < 10_000) return 'us';
  return median < 10_000_000 ? 'ms' : 's';
}

export function unitLabel(unit: DurationUnit): string {
  return LABELS[unit];
}

/** A duration in a table's unit, the unit itself left to the column head. */
export function durationIn(valueUs: number, unit: DurationUnit): string {
  return formatSignificant(valueUs / MICROSECONDS_PER[unit], MAX_DECIMALS[unit]);
}

/** A quantile in a table's unit: `118`, or `> 400` where it lies beyond what was seen. */
export function quantileIn(quantile: QuantileRecord, unit: DurationUnit): string {
  return `${quantile.isLowerBound ? '> ' : ''}${durationIn(quantile.valueUs, unit)}`;
}

/** A duration for running text, with the unit that suits it: `118 ms`. */
export function formatDuration(valueUs: number): string {
  const unit = valueUs === 0 ? 'ms' : valueUs < 1_000 ? 'us' : valueUs < 10_000_000 ? 'ms' : 's';
  return `${durationIn(valueUs, unit)} ${LABELS[unit]}`;
}

/** A quantile for running text: `118 ms`, `> 400 ms`. */
export function formatQuantile(quantile: QuantileRecord): string {
  return `${quantile.isLowerBound ? '> ' : ''}${formatDuration(quantile.valueUs)}`;
}

/** A configured duration: `250 ms`, `30 s`, `5 min`. */
export function formatPeriod(durationMs: number): string {
  if (durationMs < 1_000) return `${formatSetting(durationMs)} ms`;
  if (durationMs < 120_000) return `${formatSetting(durationMs / 1_000)} s`;
  return `${formatSetting(durationMs / 60_000)} min`;
}

/**
 * A share in percent. Nothing but none reads `0 %` and nothing but all reads `100 %`.
 */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return NOT_AVAILABLE;
  const percent = (100 * part) / whole;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.001) return '< 0.001 %';
  return percent > 99.9 && percent < 100 ? '> 99.9 %' : `${formatSignificant(percent)} %`;
}

/** Events per thousand: `4.21`. */
export function formatPerThousand(events: number, whole: number): string {
  return whole === 0 ? NOT_AVAILABLE : formatSignificant((1_000 * events) / whole);
}

/** Events per second over a window: `198`. */
export function formatRate(events: number, windowMs: number): string {
  return windowMs === 0 ? NOT_AVAILABLE : formatSignificant((1_000 * events) / windowMs);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in binary units: `1.21 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < BYTE_UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(value) : formatSignificant(value)} ${BYTE_UNITS[unit]}`;
}

/** A count with its noun: `1 deadlock`, `37 deadlocks`. */
export function formatNoun(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** The moment of a run to the second, in UTC: `2026-11-21 02:27:09 UTC`. */
export function formatMoment(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** An identifier in words: `standby_conflict` reads `standby conflict`. */
export function inWords(identifier: string): string {
  return identifier.replaceAll('_', ' ');
}
