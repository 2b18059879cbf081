import { countryOf, discountCents, shippingCents, taxCents } from '../../generators/money.ts';
import { AS_OF } from '../../schema/calendar.ts';
import { sqlStatement } from '../../schema/statement.ts';
import type { CouponKind } from '../../schema/tables.ts';
import type { Session } from '../session.ts';
import type { Transaction } from '../transaction.ts';

interface Line {
  readonly productId: number;
  readonly warehouseId: number;
  readonly quantity: number;
}

interface Input {
  /** Unique to the run and the arrival. */
  readonly token: string;
  readonly customerId: number;
  /** In the order in which the shopper filled the cart. */
  readonly lines: readonly Line[];
  readonly couponId: number | null;
  readonly cardDeclined: boolean;
}

const shopper = sqlStatement<
  { readonly customerId: number },
  { address_id: number; country_code: string }
>(
  'checkout.shopper',
  `select address.id as address_id, address.country_code
   from shop.customers customer
   join shop.addresses address on address.customer_id = customer.id and address.is_default
   where customer.id = :customerId`,
);

const createCart = sqlStatement<{ readonly customerId: number }, { id: number }>(
  'checkout.create_cart',
  `insert into shop.carts (customer_id, status, created_at, updated_at)
   values (:customerId, 'open', now(), now()) returning id`,
);

const fillCart = sqlStatement<
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

const takeStock = sqlStatement<Line, { on_hand: number }>(
  'checkout.take_stock',
  `update shop.inventory
   set on_hand = on_hand - :quantity, updated_at = now()
   where product_id = :productId and warehouse_id = :warehouseId
     and on_hand - reserved >= :quantity
   returning on_hand`,
);

const claimCoupon = sqlStatement<
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

const placeOrder = sqlStatement<
  {
    readonly token: string;
    readonly customerId: number;
    readonly cartId: number;
    readonly addressId: number;
    readonly couponId: number | null;
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
     'paid', 'EUR', :subtotalCents, :discountCents, :shippingCents, :taxCents, :totalCents,
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

const addLines = sqlStatement<OrderLines, never>(
  'checkout.add_lines',
  `insert into shop.order_items (
     order_id, line_number, product_id, warehouse_id, quantity, unit_price_cents, line_total_cents)
   select :orderId, line.number, line.product_id, line.warehouse_id, line.quantity,
          line.unit_price_cents, line.quantity * line.unit_price_cents
   from unnest(:productIds::bigint[], :warehouseIds::bigint[], :quantities::int[],
               :unitPricesCents::bigint[])
        with ordinality as line (product_id, warehouse_id, quantity, unit_price_cents, number)`,
);

const recordMovements = sqlStatement<Omit<OrderLines, 'unitPricesCents'>, never>(
  'checkout.record_movements',
  `insert into shop.inventory_movements (
     product_id, warehouse_id, kind, quantity, order_id, occurred_at)
   select line.product_id, line.warehouse_id, 'sale', -line.quantity, :orderId, now()
   from unnest(:productIds::bigint[], :warehouseIds::bigint[], :quantities::int[])
        as line (product_id, warehouse_id, quantity)`,
);

const capturePayment = sqlStatement<
  { readonly orderId: number; readonly totalCents: number },
  never
>(
  'checkout.capture_payment',
  `insert into shop.payments (order_id, method, status, amount_cents, created_at, captured_at)
   values (:orderId, 'paypal', 'captured', :totalCents, now(), now())`,
);

const recordStatus = sqlStatement<{ readonly orderId: number }, never>(
  'checkout.record_status',
  `insert into shop.order_status_history (order_id, from_status, to_status, changed_at)
   values (:orderId, null, 'pending', now()), (:orderId, 'pending', 'paid', now())`,
);

const addSpend = sqlStatement<{ readonly customerId: number; readonly totalCents: number }, never>(
  'checkout.add_spend',
  `update shop.customers
   set lifetime_spend_cents = lifetime_spend_cents + :totalCents, updated_at = now()
   where id = :customerId`,
);

const closeCart = sqlStatement<{ readonly cartId: number }, never>(
  'checkout.close_cart',
  `update shop.carts set status = 'converted', updated_at = now() where id = :cartId`,
);

/**
 * Builds a cart and pays for it: stock is taken line by line, then the coupon, then the customer's
 * spend, so that only the order of the stock rows decides whether two checkouts can deadlock.
 *
 * @param lockOrder `cart`: stock rows are locked as the shopper filled the cart; `sorted`: by key
 */
export function checkout(lockOrder: 'cart' | 'sorted'): Transaction<Input> {
  return {
    name: 'checkout',
    access: 'write',
    statements: [
      shopper,
      createCart,
      fillCart,
      takeStock,
      claimCoupon,
      placeOrder,
      addLines,
      recordMovements,
      capturePayment,
      recordStatus,
      addSpend,
      closeCart,
    ],
    input: (draws) => ({
      token: draws.checkoutToken(),
      customerId: draws.customer(),
      lines: draws.basket(),
      couponId: draws.chance(0.1) ? draws.coupon() : null,
      cardDeclined: draws.chance(0.01),
    }),
    async run(session, input) {
      const { customerId, lines } = input;
      const buyer = one(await session.execute(shopper, { customerId }), shopper.name);
      const cart = one(await session.execute(createCart, { customerId }), createCart.name);
      const prices = await priceCart(session, cart.id, lines);

      const locked = lockOrder === 'sorted' ? lines.toSorted(byKey) : lines;
      for (const line of locked) {
        const taken = await session.execute(takeStock, line);
        if (taken.length === 0) return { kind: 'rejected', reason: 'out_of_stock' };
      }

      const subtotalCents = lines.reduce(
        (sum, line) => sum + line.quantity * priceOf(prices, line),
        0,
      );
      let discount = 0;
      if (input.couponId !== null) {
        const [coupon] = await session.execute(claimCoupon, {
          couponId: input.couponId,
          subtotalCents,
          today: AS_OF.toISOString(),
        });
        if (coupon === undefined) return { kind: 'rejected', reason: 'coupon_refused' };
        discount = discountCents(coupon.kind, coupon.value, subtotalCents);
      }
      if (input.cardDeclined) return { kind: 'rejected', reason: 'card_declined' };

      const goodsCents = subtotalCents - discount;
      const country = countryOf(buyer.country_code);
      const shipping = shippingCents(country, goodsCents);
      const tax = taxCents(country, goodsCents);
      const totalCents = goodsCents + shipping + tax;
      const order = one(
        await session.execute(placeOrder, {
          token: input.token,
          customerId,
          cartId: cart.id,
          addressId: buyer.address_id,
          couponId: input.couponId,
          subtotalCents,
          discountCents: discount,
          shippingCents: shipping,
          taxCents: tax,
          totalCents,
        }),
        placeOrder.name,
      );
      const columns = {
        orderId: order.id,
        productIds: lines.map((line) => line.productId),
        warehouseIds: lines.map((line) => line.warehouseId),
        quantities: lines.map((line) => line.quantity),
      };
      const unitPricesCents = lines.map((line) => priceOf(prices, line));
      await session.execute(addLines, { ...columns, unitPricesCents });
      await session.execute(recordMovements, columns);
      await session.execute(capturePayment, { orderId: order.id, totalCents });
      await session.execute(recordStatus, { orderId: order.id });
      await session.execute(addSpend, { customerId, totalCents });
      await session.execute(closeCart, { cartId: cart.id });
      return { kind: 'done', order: { totalCents } };
    },
  };
}

/** Unit price in cents by product id, as the server wrote it into the cart. */
async function priceCart(
  session: Session,
  cartId: number,
  lines: readonly Line[],
): Promise<Map<number, number>> {
  const rows = await session.execute(fillCart, {
    cartId,
    productIds: lines.map((line) => line.productId),
    quantities: lines.map((line) => line.quantity),
  });
  return new Map(rows.map((row) => [row.product_id, row.unit_price_cents]));
}

function priceOf(prices: ReadonlyMap<number, number>, line: Line): number {
  const price = prices.get(line.productId);
  if (price === undefined) throw new Error(`product ${line.productId} is not in the catalogue`);
  return price;
}

function byKey(a: Line, b: Line): number {
  return a.productId - b.productId || a.warehouseId - b.warehouseId;
}

function one<R>(rows: readonly R[], statementName: string): R {
  const [row] = rows;
  if (row === undefined) throw new Error(`${statementName} returned no row`);
  return row;
}
