import { countryOf, discountCents, shippingCents, taxCents } from '../../generators/money.ts';
import { AS_OF } from '../../schema/calendar.ts';
import type { Logic } from '../../schema/duties.ts';
import { call } from '../../schema/statement.ts';
import type { Session } from '../session.ts';
import type { Shopper } from '../shopper.ts';
import type { RejectionReason, Transaction } from '../transaction.ts';
import type { CheckoutInput, Line } from './checkout-statements.ts';
import * as sql from './checkout-statements.ts';

export interface CheckoutOptions {
  /** `cart`: stock rows are locked as the shopper filled the cart; `sorted`: by key. */
  readonly lockOrder: 'cart' | 'sorted';
  readonly payment: 'paypal' | 'card';
  /** What the database's triggers do is not done here. */
  readonly logic: Logic;
}

/**
 * Builds a cart and pays for it, statement by statement. Stock, coupon and customer are locked in the
 * same order by every checkout, so that only the order of the stock rows decides whether two of them
 * can deadlock. What no answer is needed for is sent together.
 */
export function checkout({
  lockOrder,
  payment,
  logic,
}: CheckoutOptions): Transaction<CheckoutInput> {
  const locksByTrigger = logic.stock === 'trigger';
  const ordered = (lines: readonly Line[]) =>
    lockOrder === 'sorted' ? lines.toSorted(byKey) : lines;
  return {
    name: 'checkout',
    access: 'write',
    statements: [
      sql.shopper,
      sql.createCart,
      sql.fillCart,
      sql.claimCoupon,
      sql.placeOrder,
      sql.addLines,
      payment === 'card' ? sql.captureCardPayment : sql.capturePayment,
      sql.closeCart,
      ...(locksByTrigger ? [] : [sql.takeStock]),
      locksByTrigger && lockOrder === 'cart' ? sql.recordMovement : sql.recordMovements,
      logic.history === 'trigger' ? sql.markPaid : sql.recordStatus,
      ...(logic.spend === 'trigger' ? [] : [sql.addSpend]),
    ],
    input: drawInput,
    customerOf: ({ customerId }) => customerId,
    async run(session, input) {
      const { customerId, lines } = input;
      const [buyers, carts] = await session.executeAll([
        call(sql.shopper, { customerId }),
        call(sql.createCart, { customerId }),
      ]);
      const buyer = one(buyers, sql.shopper.name);
      const cartId = one(carts, sql.createCart.name).id;
      const prices = await priceCart(session, cartId, lines);
      if (!locksByTrigger) {
        const taken = await session.executeAll(
          ordered(lines).map((line) => call(sql.takeStock, line)),
        );
        if (taken.some((rows) => rows.length === 0)) return rejected('out_of_stock');
      }

      const subtotal = lines.reduce((sum, line) => sum + line.quantity * priceOf(prices, line), 0);
      let discount = 0;
      if (input.couponId !== null) {
        const [coupon] = await session.execute(sql.claimCoupon, {
          couponId: input.couponId,
          subtotalCents: subtotal,
          today: AS_OF.toISOString(),
        });
        if (coupon === undefined) return rejected('coupon_refused');
        discount = discountCents(coupon.kind, coupon.value, subtotal);
      }
      if (input.cardDeclined) return rejected('card_declined');

      const money =
        logic.totals === 'trigger' ? NOTHING_YET : moneyOf(subtotal, discount, buyer.country_code);
      const placed = await session.execute(sql.placeOrder, {
        token: input.token,
        customerId,
        cartId,
        addressId: buyer.address_id,
        couponId: input.couponId,
        status: logic.history === 'trigger' ? 'pending' : 'paid',
        ...money,
      });
      const orderId = one(placed, sql.placeOrder.name).id;
      const columns = {
        orderId,
        productIds: lines.map((line) => line.productId),
        warehouseIds: lines.map((line) => line.warehouseId),
        quantities: lines.map((line) => line.quantity),
      };
      const unitPricesCents = lines.map((line) => priceOf(prices, line));
      const movements =
        locksByTrigger && lockOrder === 'cart'
          ? lines.map((line) => call(sql.recordMovement, { ...line, orderId }))
          : [call(sql.recordMovements, columns)];
      await session.executeAll([call(sql.addLines, { ...columns, unitPricesCents }), ...movements]);
      const [payments] = await session.executeAll([
        payment === 'card'
          ? call(sql.captureCardPayment, { orderId, cardToken: input.cardToken })
          : call(sql.capturePayment, { orderId }),
        call(logic.history === 'trigger' ? sql.markPaid : sql.recordStatus, { orderId }),
        ...(logic.spend === 'trigger' ? [] : [call(sql.addSpend, { orderId, customerId })]),
        call(sql.closeCart, { cartId }),
      ]);
      const totalCents = one(payments, sql.capturePayment.name).amount_cents;
      return { kind: 'done', order: { totalCents } };
    },
  };
}

/** The same in one round trip, by the server's own function. */
export function checkoutByProcedure({
  lockOrder,
  payment,
}: CheckoutOptions): Transaction<CheckoutInput> {
  return {
    name: 'checkout',
    access: 'write',
    isOneStatement: true,
    placesOrder: true,
    statements: [sql.placeOrderByProcedure],
    input: drawInput,
    customerOf: ({ customerId }) => customerId,
    async run(session, input) {
      const rows = await session.execute(sql.placeOrderByProcedure, {
        token: input.token,
        customerId: input.customerId,
        productIds: input.lines.map((line) => line.productId),
        warehouseIds: input.lines.map((line) => line.warehouseId),
        quantities: input.lines.map((line) => line.quantity),
        couponId: input.couponId,
        cardDeclined: input.cardDeclined,
        inCartOrder: lockOrder === 'cart',
        today: AS_OF.toISOString(),
        cardToken: payment === 'card' ? input.cardToken : null,
      });
      const { rejection, total_cents: totalCents } = one(rows, sql.placeOrderByProcedure.name);
      if (rejection !== null) return rejected(rejection as RejectionReason);
      return { kind: 'done', order: { totalCents: totalCents ?? 0 } };
    },
  };
}

const NOTHING_YET = {
  subtotalCents: 0,
  discountCents: 0,
  shippingCents: 0,
  taxCents: 0,
  totalCents: 0,
};

function moneyOf(subtotal: number, discount: number, countryCode: string): typeof NOTHING_YET {
  const goods = subtotal - discount;
  const country = countryOf(countryCode);
  const shipping = shippingCents(country, goods);
  const tax = taxCents(country, goods);
  return {
    subtotalCents: subtotal,
    discountCents: discount,
    shippingCents: shipping,
    taxCents: tax,
    totalCents: goods + shipping + tax,
  };
}

function drawInput(draws: Shopper): CheckoutInput {
  return {
    token: draws.checkoutToken(),
    customerId: draws.customer(),
    lines: draws.basket(),
    couponId: draws.chance(0.1) ? draws.coupon() : null,
    cardDeclined: draws.chance(0.01),
    cardToken: `tok_${draws.checkoutToken().replaceAll('-', '').slice(-16)}`,
  };
}

function rejected(reason: RejectionReason) {
  return { kind: 'rejected', reason } as const;
}

/** Unit price in cents by product id, as the server wrote it into the cart. */
async function priceCart(
  session: Session,
  cartId: number,
  lines: readonly Line[],
): Promise<Map<number, number>> {
  const rows = await session.execute(sql.fillCart, {
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
