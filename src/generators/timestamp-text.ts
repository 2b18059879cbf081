import { putDigits } from './decimal.ts';

const DAY_US = 86_400_000_000;

/** Bytes of `2024-01-02 03:04:05`. */
const SECONDS_LENGTH = 19;

/**
 * Writes a time as PostgreSQL prints `timestamptz` under `DateStyle = ISO, TimeZone = UTC`
 * (`2024-01-02 03:04:05.1+00`: trailing zeros of the fraction are dropped); returns the position
 * after it. For years 1 to 9999.
 */
export function putTimestamp(bytes: Uint8Array, at: number, us: number): number {
  const fraction = putSeconds(bytes, at, us, 0x20);
  let end = at + SECONDS_LENGTH;
  if (fraction > 0) {
    bytes[end] = 0x2e;
    end = putDigits(bytes, end + 1, fraction, 6);
    while (bytes[end - 1] === 0x30) {
      end--;
    }
  }
  bytes[end] = 0x2b;
  bytes[end + 1] = 0x30;
  bytes[end + 2] = 0x30;
  return end + 3;
}

/** Writes a time as ISO 8601 with microseconds: `2024-01-02T03:04:05.123456Z`. */
export function putIsoTimestamp(bytes: Uint8Array, at: number, us: number): number {
  const fraction = putSeconds(bytes, at, us, 0x54);
  bytes[at + SECONDS_LENGTH] = 0x2e;
  const end = putDigits(bytes, at + SECONDS_LENGTH + 1, fraction, 6);
  bytes[end] = 0x5a;
  return end + 1;
}

/** Writes date and time down to the second, and returns the microseconds that are left. */
function putSeconds(bytes: Uint8Array, at: number, us: number, separator: number): number {
  const day = Math.floor(us / DAY_US);
  const seconds = Math.floor((us - day * DAY_US) / 1_000_000);
  putDate(bytes, at, day);
  bytes[at + 10] = separator;
  putDigits(bytes, at + 11, Math.floor(seconds / 3600), 2);
  bytes[at + 13] = 0x3a;
  putDigits(bytes, at + 14, Math.floor(seconds / 60) % 60, 2);
  bytes[at + 16] = 0x3a;
  putDigits(bytes, at + 17, seconds % 60, 2);
  return us - day * DAY_US - seconds * 1_000_000;
}

/** `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function putDate(bytes: Uint8Array, at: number, daysSince1970: number): void {
  const z = daysSince1970 + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  putDigits(bytes, at, yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
  bytes[at + 4] = 0x2d;
  putDigits(bytes, at + 5, month, 2);
  bytes[at + 7] = 0x2d;
  putDigits(bytes, at + 8, dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1, 2);
}
