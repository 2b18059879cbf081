import type { Staleness } from '../measurements/transaction-recorder.ts';
import type { Statement } from '../schema/statement.ts';
import type { Session } from './session.ts';
import type { Shopper } from './shopper.ts';

/** How the business ended. A rejection is rolled back, counted by its reason, and not a failure. */
export type TransactionResult =
  | {
      readonly kind: 'done';
      readonly order: PlacedOrder | null;
      /** What a read lacked that had been acknowledged before; absent: nothing that it could tell. */
      readonly staleness?: Staleness;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

export const REJECTION_REASONS = [
  'out_of_stock',
  'coupon_refused',
  'card_declined',
  'cart_closed',
  'wrong_password',
  'wrong_status',
  'nothing_to_ship',
  'not_reviewable',
  'not_for_sale',
  'unexpected_rows',
] as const;

/** What the shop's triggers and functions raise when a business rule says no. */
const REJECTIONS: Readonly<Record<string, RejectionReason>> = {
  SH001: 'out_of_stock',
  SH002: 'coupon_refused',
  SH003: 'card_declined',
};

/** The business rule behind a server's error; null for any other error. */
export function rejectionOf(sqlState: string | null): RejectionReason | null {
  return REJECTIONS[sqlState ?? ''] ?? null;
}

export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** What a committed checkout owes the books: the order of this arrival, with this total. */
export interface PlacedOrder {
  readonly totalCents: number;
}

/**
 * A named business action. `input` draws everything random from the shopper, so that each attempt of
 * one arrival, and the same arrival on another database, does the same. `write` runs between BEGIN
 * and COMMIT on the primary; `read` may go to a replica.
 */
export interface Transaction<Input> {
  /** One of `TRANSACTION_NAMES`, or of the user's own. */
  readonly name: string;
  readonly access: 'read' | 'write';
  /** It is one statement, and needs no BEGIN and COMMIT round it at read committed. */
  readonly isOneStatement?: boolean;
  /** Where its one statement was lost, there may be an order whose total nobody has heard. */
  readonly placesOrder?: boolean;
  readonly statements: readonly Statement<never, unknown>[];
  input(shopper: Shopper): Input;
  /** Whose orders it sees or writes: whom row-level security has to be told. */
  customerOf?(input: Input): number;
  run(session: Session, input: Input): Promise<TransactionResult>;
}

export const TRANSACTION_NAMES = [
  'view_product',
  'browse_category',
  'search',
  'suggest',
  'add_to_cart',
  'view_cart',
  'checkout',
  'order_history',
  'track_order',
  'login',
  'write_review',
  'cancel_order',
  'refund_order',
  'ship_order',
  'receive_stock',
  'update_price',
  'product_crud',
  'view_dashboard',
  'report_segments',
  'report_cohorts',
  'report_products',
  'report_categories',
  'report_revenue',
  'report_stock_cover',
  'report_bought_together',
  'refresh_analytics',
] as const;

/** Those that an application does: the role shop_app has the rights for them. */
export const APP_TRANSACTIONS: readonly TransactionName[] = [
  'view_product',
  'browse_category',
  'search',
  'suggest',
  'add_to_cart',
  'view_cart',
  'checkout',
  'order_history',
  'track_order',
  'cancel_order',
  'login',
];

export type TransactionName = (typeof TRANSACTION_NAMES)[number];

/** The end of a transaction that placed no order. */
export const DONE: TransactionResult = { kind: 'done', order: null };
