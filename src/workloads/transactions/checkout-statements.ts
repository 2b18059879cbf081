import { sqlStatement } from '../../schema/statement.ts';
import type { CouponKind } from '../../schema/tables.ts';

export interface Line {
  readonly productId: number;
  readonly warehouseId: number;
  readonly quantity: number;
}

export interface CheckoutInput {
  /** Unique to the run and the arrival. */
  readonly token: string;
  readonly customerId: number;
  /** In the order in which the shopper filled the cart. */
  readonly lines: readonly Line[];
  readonly couponId: number | null;
  readonly cardDeclined: boolean;
  /** Of the payment provider; unique to the arrival. */
  readonly cardToken: string;
}

export const shopper = sqlStatement<
  { readonly customerId: number },
  { address_id: number; country_code: string }
>(
  'checkout.shopper',
  `select address.id as address_id, address.country_code
   from shop.customers customer
   join shop.addresses address on address.customer_id = customer.id and address.is_default
   where customer.id = :customerId`,
);

export const createCart = sqlStatement<{ readonly customerId: number }, { id: number }>(
  'checkout.create_cart',
  `insert into shop.carts (customer_id, status, created_at, updated_at)
   values (:customerId, 'open', now(), now()) returning id`,
);

export const fillCart = sqlStatement<
  {
    readonly cartId: number;
    readonly productIds: readonly number[];
    readonly quantities: readonly number[];
  },
  { product_id: number; unit_price_cents: number }
>(
  'checkout.fill_cart',
  `insert into shop.cart_items (cart_id, product_id, quantity, unit_price_cents, added_at)
   select :cartId, product.id, line.quantity, product.price_cents, now()
   from unnest(:productIds::bigint[], :quantities::int[]) as line (product_id, quantity)
   join shop.products product on product.id = line.product_id
   returning product_id, unit_price_cents`,
);

export const takeStock = sqlStatement<Line, { on_hand: number }>(
  'checkout.take_stock',
  `update shop.inventory
   set on_hand = on_hand - :quantity, updated_at = now()
   where product_id = :productId and warehouse_id = :warehouseId
     and on_hand - reserved >= :quantity
   returning on_hand`,
);

export const claimCoupon = sqlStatement<
  { readonly couponId: number; readonly subtotalCents: number; readonly today: string },
  { kind: CouponKind; value: number }
>(
  'checkout.claim_coupon',
  `update shop.coupons
   set times_used = times_used + 1
   where id = :couponId and times_used < max_uses
     and min_subtotal_cents <= :subtotalCents
     and :today::timestamptz between starts_at and ends_at
   returning kind, value`,
);

export const placeOrder = sqlStatement<
  {
    readonly token: string;
    readonly customerId: number;
    readonly cartId: number;
    readonly addressId: number;
    readonly couponId: number | null;
    readonly status: 'pending' | 'paid';
    readonly subtotalCents: number;
    readonly discountCents: number;
    readonly shippingCents: number;
    readonly taxCents: number;
    readonly totalCents: number;
  },
  { id: number }
>(
  'checkout.place_order',
  `insert into shop.orders (
     checkout_token, customer_id, cart_id, shipping_address_id, billing_address_id, coupon_id,
     status, currency, subtotal_cents, discount_cents, shipping_cents, tax_cents, total_cents,
     placed_at, updated_at)
   values (:token, :customerId, :cartId, :addressId, :addressId, :couponId,
     :status, 'EUR', :subtotalCents, :discountCents, :shippingCents, :taxCents, :totalCents,
     now(), now())
   returning id`,
);

interface OrderLines {
  readonly orderId: number;
  readonly productIds: readonly number[];
  readonly warehouseIds: readonly number[];
  readonly quantities: readonly number[];
  readonly unitPricesCents: readonly number[];
}

export const addLines = sqlStatement<OrderLines, never>(
  'checkout.add_lines',
  `insert into shop.order_items (
     order_id, line_number, product_id, warehouse_id, quantity, unit_price_cents, line_total_cents)
   select :orderId, line.number, line.product_id, line.warehouse_id, line.quantity,
          line.unit_price_cents, line.quantity * line.unit_price_cents
   from unnest(:productIds::bigint[], :warehouseIds::bigint[], :quantities::int[],
               :unitPricesCents::bigint[])
        with ordinality as line (product_id, warehouse_id, quantity, unit_price_cents, number)`,
);

/** One movement: the trigger locks one stock position. */
export const recordMovement = sqlStatement<Line & { readonly orderId: number }, never>(
  'checkout.record_movement',
  `insert into shop.inventory_movements (
     product_id, warehouse_id, kind, quantity, order_id, occurred_at)
   values (:productId, :warehouseId, 'sale', -:quantity::int, :orderId, now())`,
);

export const recordMovements = sqlStatement<Omit<OrderLines, 'unitPricesCents'>, never>(
  'checkout.record_movements',
  `insert into shop.inventory_movements (
     product_id, warehouse_id, kind, quantity, order_id, occurred_at)
   select line.product_id, line.warehouse_id, 'sale', -line.quantity, :orderId, now()
   from unnest(:productIds::bigint[], :warehouseIds::bigint[], :quantities::int[])
        as line (product_id, warehouse_id, quantity)`,
);

/** The total is what the order has, whoever has added it up. */
export const capturePayment = sqlStatement<{ readonly orderId: number }, { amount_cents: number }>(
  'checkout.capture_payment',
  `insert into shop.payments (order_id, method, status, amount_cents, created_at, captured_at)
   select id, 'paypal', 'captured', total_cents, now(), now() from shop.orders where id = :orderId
   returning amount_cents`,
);

export const captureCardPayment = sqlStatement<
  { readonly orderId: number; readonly cardToken: string },
  { amount_cents: number }
>(
  'checkout.capture_card_payment',
  `insert into shop.payments (
     order_id, method, status, amount_cents, card_token, card_last4, created_at, captured_at)
   select id, 'card', 'captured', total_cents, shop.encrypt_card(:cardToken::text),
          right(:cardToken::text, 4), now(), now()
   from shop.orders where id = :orderId
   returning amount_cents`,
);

export const recordStatus = sqlStatement<{ readonly orderId: number }, never>(
  'checkout.record_status',
  `insert into shop.order_status_history (order_id, from_status, to_status, changed_at)
   values (:orderId, null, 'pending', now()), (:orderId, 'pending', 'paid', now())`,
);

export const markPaid = sqlStatement<{ readonly orderId: number }, never>(
  'checkout.mark_paid',
  `update shop.orders set status = 'paid', updated_at = now() where id = :orderId`,
);

export const addSpend = sqlStatement<
  { readonly orderId: number; readonly customerId: number },
  never
>(
  'checkout.add_spend',
  `update shop.customers customer
   set lifetime_spend_cents = customer.lifetime_spend_cents + placed.total_cents,
       tier = shop.tier_of(customer.lifetime_spend_cents + placed.total_cents),
       updated_at = now()
   from shop.orders placed
   where placed.id = :orderId and customer.id = :customerId`,
);

export const closeCart = sqlStatement<{ readonly cartId: number }, never>(
  'checkout.close_cart',
  `update shop.carts set status = 'converted', updated_at = now() where id = :cartId`,
);

export const placeOrderByProcedure = sqlStatement<
  {
    readonly token: string;
    readonly customerId: number;
    readonly productIds: readonly number[];
    readonly warehouseIds: readonly number[];
    readonly quantities: readonly number[];
    readonly couponId: number | null;
    readonly cardDeclined: boolean;
    readonly inCartOrder: boolean;
    readonly today: string;
    readonly cardToken: string | null;
  },
  { total_cents: number | null; rejection: string | null }
>(
  'checkout.place_order_by_procedure',
  `select total_cents, rejection
   from shop.place_order(:token::uuid, :customerId::bigint, :productIds::bigint[],
     :warehouseIds::bigint[], :quantities::int[], :couponId::bigint, :cardDeclined::boolean,
     :inCartOrder::boolean, :today::timestamptz,
     card_token => :cardToken::text)`,
);
