import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, type Permutation, permute, unpermute } from '../random/feistel.ts';
import { AS_OF_US, DAY_US, HOUR_US } from './calendar.ts';
import { type ChildPlace, childPlace, createChildLayout } from './child-layout.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { discountCents } from './money.ts';
import type { OrderArchetypes } from './order-archetypes.ts';
import type { OrderLines } from './order-lines.ts';
import { createSlotMap, type SlotMap } from './slot-map.ts';
import type { Zones } from './zones.ts';

/** Coupons of a campaign: ten pairs. */
const PAIRS = 10;
export const COUPONS_PER_CAMPAIGN = 2 * PAIRS;
/** A campaign for every so many blocks, so that there is about one coupon for 1000 orders. */
const BLOCKS_PER_CAMPAIGN = 20;
/** How often the coupons of each pair are used. */
const PAIR_WEIGHTS: readonly number[] = [30, 20, 14, 10, 8, 6, 5, 4, 2, 1];
const MIN_SUBTOTALS: readonly number[] = [2000, 2500, 3000, 4000, 5000, 7500, 10_000];
const PERCENT_BASIS_POINTS: readonly number[] = [500, 1000, 1000, 1500, 2000, 2500];
const FIXED_CENTS: readonly number[] = [300, 500, 500, 1000, 1500];
/** Uses left, at least, to coupons that are good at AS_OF, for the workload. */
const FREE_USES = 1_000_000;

/**
 * Coupons <-> the orders that use them. Time is cut into campaigns with an equal share of all uses.
 * Within one, a permutation deals its uses out to ten pairs of coupons: the first of a pair asks no
 * least subtotal, the second does, and an order that reaches it takes either.
 */
export interface CouponBook {
  readonly coupons: number;
  /** The coupon of an order whose archetype has one. */
  couponOf(block: number, archetype: number, subtotal: number): number;
  discountOf(coupon: number, subtotal: number): number;
  isPercent(coupon: number): boolean;
  /** Basis points or cents. */
  amountOf(coupon: number): number;
  minSubtotalOf(coupon: number): number;
  timesUsed(coupon: number): number;
  maxUsesOf(coupon: number, timesUsed: number): number;
  /** Microseconds since the Unix epoch: before the first order that uses it. */
  startsAt(coupon: number): number;
  /** After the last order that uses it; after AS_OF for campaigns that still run. */
  endsAt(coupon: number): number;
  /** Coupons from this one on are good at AS_OF. */
  readonly firstActive: number;
}

export function createCouponBook(
  spec: DatasetSpec,
  zones: Zones,
  archetypes: OrderArchetypes,
  lines: OrderLines,
  placedAt: (order: number) => number,
): CouponBook {
  const layout = createChildLayout(zones, archetypes.hasCoupon);
  const uses = layout.rowCount;
  const campaigns = Math.max(1, Math.round(zones.blocks / BLOCKS_PER_CAMPAIGN));
  const coupons = campaigns * COUPONS_PER_CAMPAIGN;
  const key = (column: string) => columnKey(spec.seed, 'coupons', column);
  const choiceKey = key('choice');
  const kindKey = key('kind');
  const valueKey = key('value');
  const minKey = key('min_subtotal_cents');
  const maxUsesKey = key('max_uses');
  const periodKey = key('period');
  const dealingKey = key('times_used');

  const firstUseOf = (campaign: number): number => Math.floor((campaign * uses) / campaigns);
  const campaignOf = (use: number): number => {
    const guess = Math.floor((use * campaigns) / uses);
    return use >= firstUseOf(guess + 1) ? guess + 1 : guess;
  };
  // Campaigns have one of two sizes, so two permutations and two deals serve all of them.
  const smallest = Math.floor(uses / campaigns);
  const deals = [smallest, smallest + 1].map((size): { dealing: Permutation; pairs: SlotMap } => ({
    dealing: createPermutation(size, dealingKey),
    pairs: createSlotMap(PAIR_WEIGHTS, size),
  }));
  const dealOf = (campaign: number) => {
    const size = firstUseOf(campaign + 1) - firstUseOf(campaign);
    const deal = deals[size - smallest];
    if (deal === undefined) {
      throw new RangeError(`Campaign ${campaign} has ${size} uses.`);
    }
    return deal;
  };

  const isSecond = (coupon: number): boolean => coupon % 2 === 1;
  const minSubtotalOf = (coupon: number): number =>
    isSecond(coupon) ? pick(MIN_SUBTOTALS, cell(minKey, coupon)) : 0;
  const isPercent = (coupon: number): boolean => bounded(cell(kindKey, coupon), 10) < 7;
  const amountOf = (coupon: number): number =>
    pick(isPercent(coupon) ? PERCENT_BASIS_POINTS : FIXED_CENTS, cell(valueKey, coupon));
  const chooses = (coupon: number, use: number, subtotal: number): number => {
    const second = coupon + 1;
    const takesSecond = subtotal >= minSubtotalOf(second) && bounded(cell(choiceKey, use), 4) > 0;
    return takesSecond ? second : coupon;
  };
  const firstActiveCampaign = campaignOf(layout.rowCount - zonesOpenUses(zones, archetypes));
  const orderOfUse = (use: number, place: ChildPlace): number => {
    layout.locate(use, place);
    return zones.orderOf(place.block, place.archetype);
  };

  return {
    coupons,
    firstActive: firstActiveCampaign * COUPONS_PER_CAMPAIGN,
    couponOf(block, archetype, subtotal) {
      const use = layout.rowOf(block, archetype, 0);
      const campaign = campaignOf(use);
      const { dealing, pairs } = dealOf(campaign);
      const pair = pairs.ownerOf(permute(dealing, use - firstUseOf(campaign)));
      return chooses(campaign * COUPONS_PER_CAMPAIGN + 2 * pair, use, subtotal);
    },
    discountOf: (coupon, subtotal) =>
      discountCents(isPercent(coupon) ? 'percent' : 'fixed', amountOf(coupon), subtotal),
    isPercent,
    amountOf,
    minSubtotalOf,
    timesUsed(coupon) {
      const campaign = Math.floor(coupon / COUPONS_PER_CAMPAIGN);
      const { dealing, pairs } = dealOf(campaign);
      const pair = Math.floor((coupon % COUPONS_PER_CAMPAIGN) / 2);
      const first = coupon - (coupon % 2);
      const place = childPlace();
      let count = 0;
      const firstSlot = pairs.firstOf(pair);
      const endSlot = firstSlot + pairs.countOf(pair);
      for (let slot = firstSlot; slot < endSlot; slot++) {
        const use = firstUseOf(campaign) + unpermute(dealing, slot);
        layout.locate(use, place);
        const subtotal = lines.subtotalOf(place.block, place.archetype);
        if (chooses(first, use, subtotal) === coupon) {
          count++;
        }
      }
      return count;
    },
    maxUsesOf: (coupon, timesUsed) =>
      coupon >= firstActiveCampaign * COUPONS_PER_CAMPAIGN
        ? Math.ceil((timesUsed + FREE_USES) / 1000) * 1000
        : timesUsed + bounded(cell(maxUsesKey, coupon), 200),
    startsAt(coupon) {
      const campaign = Math.floor(coupon / COUPONS_PER_CAMPAIGN);
      const place = childPlace();
      const order = orderOfUse(firstUseOf(campaign), place);
      const firstOrder =
        place.archetype < ORDERS_PER_BLOCK ? place.block * ORDERS_PER_BLOCK : order;
      return placedAt(firstOrder) - HOUR_US - cell(periodKey, coupon) * 600;
    },
    endsAt(coupon) {
      const campaign = Math.floor(coupon / COUPONS_PER_CAMPAIGN);
      if (campaign >= firstActiveCampaign) {
        return AS_OF_US + 365 * DAY_US;
      }
      const place = childPlace();
      orderOfUse(firstUseOf(campaign + 1) - 1, place);
      const lastOrder = (place.block + 1) * ORDERS_PER_BLOCK - 1;
      return placedAt(lastOrder) + HOUR_US + cell(periodKey, coupon, 1) * 600;
    },
  };
}

function zonesOpenUses(zones: Zones, archetypes: OrderArchetypes): number {
  const open = archetypes.hasCoupon.subarray(ORDERS_PER_BLOCK);
  return zones.openBlocks * open.reduce((sum, flag) => sum + flag, 0);
}

function pick(values: readonly number[], word: number): number {
  return values[bounded(word, values.length)] ?? 0;
}
