import type { Profile } from '../schema/profiles.ts';

export type RealismFormat = 'share' | 'number' | 'count' | 'factor';

/** One measured figure beside the one that real shops have. */
export interface RealismLine {
  readonly group: RealismGroup;
  readonly name: string;
  /** What has been published, or what the generators aim at, in words. */
  readonly published: string;
  /** Who published it; "own choice" where no one did. */
  readonly source: string;
  readonly format: RealismFormat;
  /** Null where the shop is too small to say. */
  readonly measured: number | null;
  /** Inclusive. */
  readonly tolerance: readonly [low: number, high: number];
  readonly verdict: RealismVerdict;
}

export const REALISM_GROUPS = [
  'Products',
  'Orders',
  'Customers',
  'Time',
  'Reviews',
  'Books',
] as const;
export type RealismGroup = (typeof REALISM_GROUPS)[number];

export type RealismVerdict = 'within' | 'outside' | 'not measured';

/** A point of a popularity curve: this share of the products has this share of the lines. */
export type SharePoint = readonly [products: number, lines: number];

/** Short series for plots. */
export interface RealismPlots {
  /** Orders with 1, 2, ... lines. */
  readonly linesPerOrder: readonly number[];
  /** Buyers with 1, 2, ... orders. */
  readonly ordersPerBuyer: readonly number[];
  /** From the best-selling product on. */
  readonly popularity: readonly SharePoint[];
  /** What the top 1 % and the top 20 % have. */
  readonly topShares: readonly SharePoint[];
  /** The sigma of the log-normal distribution that has the measured share of the top 20 %. */
  readonly sigma: number;
  /** Orders of each day, UTC, from `firstDay` (ISO date) on. */
  readonly ordersByDay: readonly number[];
  readonly firstDay: string;
  /** Orders by weekday (Monday first) and hour, UTC. */
  readonly ordersByHour: readonly (readonly number[])[];
  /** Products by price: how many cost from `fromCents` up to `toCents`; each as wide as the next in logarithm. */
  readonly prices: readonly {
    readonly fromCents: number;
    readonly toCents: number;
    readonly products: number;
  }[];
  /** Reviews with 1 to 5 stars. */
  readonly ratings: readonly number[];
}

/** How far a loaded shop is like a real one. */
export interface RealismReport {
  /** Of the dataset. */
  readonly identity: string;
  readonly profile: Profile;
  readonly seed: number;
  readonly orders: number;
  readonly lines: readonly RealismLine[];
  readonly plots: RealismPlots;
}
