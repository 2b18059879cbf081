import type { Statement } from '../schema/statement.ts';
import type { Session } from './session.ts';
import type { Shopper } from './shopper.ts';

/** How the business ended. A rejection is rolled back, counted by its reason, and not a failure. */
export type TransactionResult =
  | { readonly kind: 'done'; readonly order: PlacedOrder | null }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

export const REJECTION_REASONS = [
  'out_of_stock',
  'coupon_refused',
  'card_declined',
  'cart_closed',
] as const;

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
  readonly name: TransactionName;
  readonly access: 'read' | 'write';
  readonly statements: readonly Statement<never, unknown>[];
  input(shopper: Shopper): Input;
  run(session: Session, input: Input): Promise<TransactionResult>;
}

export const TRANSACTION_NAMES = [
  'view_product',
  'browse_category',
  'search',
  'add_to_cart',
  'view_cart',
  'checkout',
  'order_history',
] as const;

export type TransactionName = (typeof TRANSACTION_NAMES)[number];

/** The end of a transaction that placed no order. */
export const DONE: TransactionResult = { kind: 'done', order: null };
