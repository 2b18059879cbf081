import type { CouponKind } from '../schema/tables.ts';
import { COUNTRIES, type Country } from './data/places.ts';

/** Goods of this value, after discount, ship for nothing. */
export const FREE_SHIPPING_CENTS = 5000;

/** From so much lifetime spend on, a customer is in the next tier. */
export const TIER_CENTS: readonly number[] = [20_000, 75_000, 200_000];

const COUNTRY_BY_CODE: ReadonlyMap<string, Country> = new Map(
  COUNTRIES.map((country) => [country.code, country]),
);

/** The country of an address. Throws for one that the shop does not ship to. */
export function countryOf(code: string): Country {
  const country = COUNTRY_BY_CODE.get(code);
  if (country === undefined) throw new RangeError(`The shop does not ship to "${code}".`);
  return country;
}

/**
 * What a coupon takes off, in cents: half a cent rounds up, and never more than the subtotal.
 *
 * @param value basis points for `percent`, cents for `fixed`
 */
export function discountCents(kind: CouponKind, value: number, subtotalCents: number): number {
  return kind === 'percent'
    ? Math.floor((subtotalCents * value + 5000) / 10_000)
    : Math.min(value, subtotalCents);
}

/** @param goodsCents subtotal less discount */
export function shippingCents(country: Country, goodsCents: number): number {
  return goodsCents >= FREE_SHIPPING_CENTS ? 0 : country.shippingCents;
}

/** On the goods, not on shipping; half a cent rounds up. */
export function taxCents(country: Country, goodsCents: number): number {
  return Math.floor((goodsCents * country.taxBasisPoints + 5000) / 10_000);
}
