import { describe, expect, test } from 'vitest';
import { AS_OF_US, HISTORY_START_US } from '../../../src/generators/calendar.ts';
import { COUNTRIES } from '../../../src/generators/data/places.ts';
import { profileShape } from '../../../src/generators/profiles.ts';
import { check } from './check.ts';
import { groupBy, num, recordShop, sum } from './recorded-shop.ts';
import type { RecordedRow } from './recording-writer.ts';

const CAPTURED = new Set(['paid', 'processing', 'shipped', 'delivered', 'refunded']);
const SHIPPED = new Set(['shipped', 'delivered', 'refunded']);

describe.each([
  { profile: 'default', orders: 1000, seed: 1 },
  { profile: 'default', orders: 2000, seed: 0 },
  { profile: 'default', orders: 2000, seed: 42 },
  { profile: 'default', orders: 2000, seed: 2 ** 32 - 1 },
  { profile: 'default', orders: 34_000, seed: 7 },
  { profile: 'grocery', orders: 1000, seed: 3 },
  { profile: 'grocery', orders: 2000, seed: 2 ** 31 },
  { profile: 'marketplace', orders: 1000, seed: 4 },
  { profile: 'marketplace', orders: 2000, seed: 99 },
  { profile: 'marketplace', orders: 2000, seed: 2 ** 32 - 1 },
] as const)(
  'the books of $profile, $orders orders, seed $seed',
  ({ profile, orders: scale, seed }) => {
    const { rows, shop } = recordShop(scale, seed, profile);
    const shape = profileShape(profile);
    const orders = new Map(rows.orders.map((row) => [num(row, 'id'), row]));
    const orderOf = (row: RecordedRow) => orders.get(num(row, 'order_id'));
    const products = new Map(rows.products.map((row) => [num(row, 'id'), row]));
    const refundsByOrder = groupBy(rows.refunds, 'order_id');
    const paymentsByOrder = groupBy(rows.payments, 'order_id');

    test('sizes are as told', () => {
      for (const [table, count] of Object.entries(shop.counts)) {
        expect(rows[table as keyof typeof rows].length, table).toBe(count);
      }
      const blocks = scale / 1000;
      const sizesOf = (counts: readonly number[]) =>
        counts.reduce((total, count, i) => total + count * (i + 1), 0) * blocks;
      expect(rows.order_items.length).toBe(sizesOf(shape.linesPerOrder));
      expect(rows.customers.length).toBe(shape.customers * blocks);
      expect(rows.addresses.length).toBe(sizesOf(shape.addressCounts));
      expect(rows.payments.length).toBe(1020 * blocks);
      const cartBlocks = Math.max(1, Math.round(0.3 * blocks));
      expect(rows.carts.length).toBe(1000 * cartBlocks);
      expect(rows.cart_items.length).toBe((sizesOf(shape.linesPerCart) / blocks) * cartBlocks);
      expect(rows.products.length).toBe(Math.max(500, shape.products * blocks));
      expect(rows.audit_log.length).toBe(
        2 * rows.products.length + (shape.optInChanges + 40) * blocks,
      );
      expect(rows.inventory.length).toBe(3 * rows.products.length);
    });

    test('an order is the sum of its lines, discount, shipping and tax', () => {
      const lines = groupBy(rows.order_items, 'order_id');
      const coupons = new Map(rows.coupons.map((row) => [num(row, 'id'), row]));
      const addresses = new Map(rows.addresses.map((row) => [num(row, 'id'), row]));
      const countries = new Map(COUNTRIES.map((country) => [country.code, country]));
      for (const order of rows.orders) {
        const own = lines.get(String(order['id'])) ?? [];
        expect(own.map((line) => line['line_number'])).toEqual(own.map((_, i) => i + 1));
        const subtotal = sum(own, 'line_total_cents');
        check(subtotal).toBe(order['subtotal_cents']);
        let discount = 0;
        const coupon = coupons.get(Number(order['coupon_id']));
        if (coupon !== undefined) {
          const value = num(coupon, 'value');
          discount =
            coupon['kind'] === 'percent'
              ? Math.round((subtotal * value) / 10_000)
              : Math.min(value, subtotal);
          check(subtotal).toBeGreaterThanOrEqual(num(coupon, 'min_subtotal_cents'));
          check(num(coupon, 'starts_at')).toBeLessThanOrEqual(num(order, 'placed_at'));
          check(num(coupon, 'ends_at')).toBeGreaterThan(num(order, 'placed_at'));
        }
        check(order['discount_cents']).toBe(discount);
        const goods = subtotal - discount;
        const address = addresses.get(num(order, 'shipping_address_id'));
        const country = countries.get(String(address?.['country_code']));
        check(order['tax_cents']).toBe(
          Math.round((goods * (country?.taxBasisPoints ?? 0)) / 10_000),
        );
        check(order['shipping_cents']).toBe(goods >= 5000 ? 0 : country?.shippingCents);
        check(order['total_cents']).toBe(
          goods + num(order, 'shipping_cents') + num(order, 'tax_cents'),
        );
        check(address?.['customer_id']).toBe(order['customer_id']);
        check(num(address, 'created_at')).toBeLessThan(num(order, 'placed_at'));
      }
    });

    test('a line costs what its product cost when it was ordered', () => {
      const changes = groupBy(
        rows.audit_log.filter((row) => row['table_name'] === 'products'),
        'row_id',
      );
      const priceAt = (product: number, us: number): unknown => {
        const own = changes.get(String(product)) ?? [];
        const pairs = own.map((row) => JSON.parse(String(row['changed'])).price_cents);
        const passed = own.filter((row) => num(row, 'occurred_at') <= us).length;
        return passed === 0 ? pairs[0][0] : pairs[passed - 1][1];
      };
      for (const line of rows.order_items) {
        const product = num(line, 'product_id');
        const placedUs = num(orderOf(line), 'placed_at');
        check(line['unit_price_cents']).toBe(priceAt(product, placedUs));
        check(line['line_total_cents']).toBe(num(line, 'quantity') * num(line, 'unit_price_cents'));
        check(products.get(product)?.['status'] === 'draft').toBe(false);
      }
      for (const line of rows.cart_items) {
        const product = num(line, 'product_id');
        check(line['unit_price_cents']).toBe(priceAt(product, num(line, 'added_at')));
        check(products.get(product)?.['status']).toBe('active');
      }
    });

    test('coupons count the orders that use them', () => {
      const uses = groupBy(rows.orders, 'coupon_id');
      let total = 0;
      for (const coupon of rows.coupons) {
        const used = uses.get(String(coupon['id']))?.length ?? 0;
        check(coupon['times_used']).toBe(used);
        check(num(coupon, 'max_uses')).toBeGreaterThanOrEqual(used);
        check(num(coupon, 'ends_at')).toBeGreaterThan(num(coupon, 'starts_at'));
        total += used;
      }
      check(total).toBe((150 * scale) / 1000);
    });

    test('captured payments are the total, refunds no more than that', () => {
      for (const order of rows.orders) {
        const payments = paymentsByOrder.get(String(order['id'])) ?? [];
        const status = String(order['status']);
        const captured = payments.filter((payment) => payment['status'] === 'captured');
        check(sum(captured, 'amount_cents')).toBe(CAPTURED.has(status) ? order['total_cents'] : 0);
        const last = { pending: 'authorized', cancelled: 'voided' }[status] ?? 'captured';
        expect(payments.map((payment) => payment['status'])).toEqual(
          payments.length === 2 ? ['declined', last] : [last],
        );
        const refunds = refundsByOrder.get(String(order['id']));
        const refunded = sum(refunds, 'amount_cents');
        check(refunded).toBeLessThanOrEqual(sum(captured, 'amount_cents'));
        if (status === 'refunded') {
          check(refunded).toBe(order['total_cents']);
        } else if (refunded > 0) {
          check(status).toBe('delivered');
        }
        for (const refund of refunds ?? []) {
          check(refund['amount_cents']).toBeGreaterThan(0);
          check(refund['payment_id']).toBe(captured[0]?.['id']);
          check(num(refund, 'created_at')).toBeGreaterThan(num(captured[0], 'captured_at'));
        }
        for (const payment of payments) {
          check(payment['amount_cents']).toBe(order['total_cents']);
          check(payment['captured_at'] === null).toBe(payment['status'] !== 'captured');
          check(payment['card_token'] === null).toBe(payment['method'] !== 'card');
          check(num(payment, 'created_at')).toBeGreaterThanOrEqual(num(order, 'placed_at'));
        }
      }
    });

    test('a customer has spent what he paid less what came back, and signed up before', () => {
      const ordersByCustomer = groupBy(rows.orders, 'customer_id');
      for (const customer of rows.customers) {
        let spend = 0;
        for (const order of ordersByCustomer.get(String(customer['id'])) ?? []) {
          const paid = CAPTURED.has(String(order['status'])) ? num(order, 'total_cents') : 0;
          spend += paid - sum(refundsByOrder.get(String(order['id'])), 'amount_cents');
          check(num(customer, 'created_at')).toBeLessThan(num(order, 'placed_at'));
        }
        check(customer['lifetime_spend_cents']).toBe(spend);
        const tier =
          spend < 20_000
            ? 'bronze'
            : spend < 75_000
              ? 'silver'
              : spend < 200_000
                ? 'gold'
                : 'platinum';
        check(customer['tier']).toBe(tier);
        check(num(customer, 'updated_at')).toBeGreaterThanOrEqual(num(customer, 'created_at'));
      }
      check(ordersByCustomer.size).toBe((shape.buyers * scale) / 1000);
      const defaults = groupBy(
        rows.addresses.filter((row) => row['is_default'] === true),
        'customer_id',
      );
      check(defaults.size).toBe(rows.customers.length);
      check([...defaults.values()].every((group) => group.length === 1)).toBe(true);
    });

    test('the history of an order is unbroken and ends at its status', () => {
      const history = groupBy(rows.order_status_history, 'order_id');
      for (const order of rows.orders) {
        const steps = history.get(String(order['id'])) ?? [];
        check(steps[0]?.['from_status']).toBe(null);
        check(steps[0]?.['to_status']).toBe('pending');
        check(steps[0]?.['changed_at']).toBe(order['placed_at']);
        for (const [i, step] of steps.slice(1).entries()) {
          check(step['from_status']).toBe(steps[i]?.['to_status']);
          check(num(step, 'changed_at')).toBeGreaterThan(num(steps[i], 'changed_at'));
          check(num(step, 'id')).toBeGreaterThan(num(steps[i], 'id'));
        }
        check(steps.at(-1)?.['to_status']).toBe(order['status']);
        check(steps.at(-1)?.['changed_at']).toBe(order['updated_at']);
        const paid = steps.find((step) => step['to_status'] === 'paid');
        const last = paymentsByOrder.get(String(order['id']))?.at(-1);
        check(last?.['captured_at']).toBe(paid?.['changed_at'] ?? null);
      }
    });

    test('what has been shipped has a parcel, which arrives after it left', () => {
      const shipments = groupBy(rows.shipments, 'order_id');
      for (const order of rows.orders) {
        const own = shipments.get(String(order['id'])) ?? [];
        const status = String(order['status']);
        check(own.length).toBe(SHIPPED.has(status) ? 1 : 0);
        for (const shipment of own) {
          const hasArrived = status !== 'shipped';
          check(shipment['status']).toBe(hasArrived ? 'delivered' : 'in_transit');
          check(shipment['delivered_at'] === null).toBe(!hasArrived);
          check(num(shipment, 'shipped_at')).toBeGreaterThan(num(order, 'placed_at'));
          if (hasArrived) {
            check(num(shipment, 'delivered_at')).toBeGreaterThan(num(shipment, 'shipped_at'));
          }
        }
      }
    });

    test('stock on hand is the sum of its movements, and never ran out', () => {
      const movements = groupBy(rows.inventory_movements, 'product_id', 'warehouse_id');
      check(movements.size).toBe(rows.inventory.length);
      for (const position of rows.inventory) {
        const own = movements.get(`${position['product_id']}|${position['warehouse_id']}`) ?? [];
        const inTime = own.toSorted((a, b) => num(a, 'occurred_at') - num(b, 'occurred_at'));
        check(inTime[0]?.['kind']).toBe('opening');
        let onHand = 0;
        for (const movement of inTime) {
          onHand += num(movement, 'quantity');
          check(onHand).toBeGreaterThanOrEqual(0);
        }
        check(position['on_hand']).toBe(onHand);
        check(onHand).toBeGreaterThan(num(position, 'reorder_point'));
        check(position['reserved']).toBe(0);
        check(position['updated_at']).toBe(inTime.at(-1)?.['occurred_at']);
      }
    });

    test('every line left the stock, and came back when its order did', () => {
      const key = (row: RecordedRow) =>
        `${row['order_id']}|${row['product_id']}|${row['warehouse_id']}`;
      const taken = new Map<string, number>();
      for (const movement of rows.inventory_movements.filter((row) => row['kind'] === 'sale')) {
        taken.set(key(movement), (taken.get(key(movement)) ?? 0) - num(movement, 'quantity'));
        check(movement['occurred_at']).toBe(orderOf(movement)?.['placed_at']);
      }
      const returned = new Map<string, number>();
      for (const movement of rows.inventory_movements.filter((row) => row['kind'] === 'return')) {
        returned.set(key(movement), (returned.get(key(movement)) ?? 0) + num(movement, 'quantity'));
        check(movement['occurred_at']).toBe(orderOf(movement)?.['updated_at']);
      }
      const expectedTaken = new Map<string, number>();
      const expectedReturned = new Map<string, number>();
      for (const line of rows.order_items) {
        expectedTaken.set(key(line), (expectedTaken.get(key(line)) ?? 0) + num(line, 'quantity'));
        if (['cancelled', 'refunded'].includes(String(orderOf(line)?.['status']))) {
          expectedReturned.set(
            key(line),
            (expectedReturned.get(key(line)) ?? 0) + num(line, 'quantity'),
          );
        }
      }
      expect(taken).toEqual(expectedTaken);
      expect(returned).toEqual(expectedReturned);
    });

    test('an alert tells the stock of its moment', () => {
      const movements = groupBy(rows.inventory_movements, 'product_id', 'warehouse_id');
      check(rows.low_stock_alerts.length).toBe(scale / 1000);
      for (const alert of rows.low_stock_alerts) {
        const raisedUs = num(alert, 'raised_at');
        const own = movements.get(`${alert['product_id']}|${alert['warehouse_id']}`) ?? [];
        const before = own.filter((movement) => num(movement, 'occurred_at') <= raisedUs);
        check(sum(before, 'quantity')).toBe(alert['on_hand']);
        check(num(alert, 'on_hand')).toBeLessThanOrEqual(num(alert, 'reorder_point'));
        const receipt = own.find((movement) => movement['kind'] === 'receipt');
        check(receipt?.['occurred_at']).toBe(alert['resolved_at']);
        check(num(alert, 'resolved_at')).toBeGreaterThan(raisedUs);
      }
    });

    test('ratings are those of the reviews, which are of delivered orders', () => {
      const lines = new Map(rows.order_items.map((row) => [num(row, 'id'), row]));
      const reviews = groupBy(rows.reviews, 'product_id');
      for (const product of rows.products) {
        const own = reviews.get(String(product['id'])) ?? [];
        check(product['rating_count']).toBe(own.length);
        check(product['rating_sum']).toBe(sum(own, 'rating'));
      }
      const history = groupBy(rows.order_status_history, 'order_id');
      for (const review of rows.reviews) {
        const line = lines.get(num(review, 'order_item_id'));
        const order = orderOf(line ?? {});
        check(line?.['product_id']).toBe(review['product_id']);
        check(order?.['customer_id']).toBe(review['customer_id']);
        check(order?.['status']).toBe('delivered');
        const delivered = history.get(String(order?.['id']))?.at(-1);
        check(num(review, 'created_at')).toBeGreaterThan(num(delivered, 'changed_at'));
      }
    });

    test('three of ten carts became orders, and hand their items on to them', () => {
      const items = groupBy(rows.cart_items, 'cart_id');
      const ordered = rows.orders.filter((order) => order['cart_id'] !== null);
      const converted = rows.carts.filter((cart) => cart['status'] === 'converted');
      check(converted.length).toBe(0.3 * rows.carts.length);
      check(ordered.length).toBe(converted.length);
      const firstWithCart = Math.min(...ordered.map((order) => num(order, 'id')));
      check(rows.orders.length - firstWithCart + 1).toBe(ordered.length);
      check(new Set(ordered.map((order) => order['cart_id'])).size).toBe(ordered.length);
      for (const order of ordered) {
        const cart = rows.carts[num(order, 'cart_id') - 1];
        check(cart?.['status']).toBe('converted');
        check(cart?.['customer_id']).toBe(order['customer_id']);
        check(cart?.['updated_at']).toBe(order['placed_at']);
        check(num(cart, 'created_at')).toBeLessThan(num(order, 'placed_at'));
        check(items.has(String(cart?.['id']))).toBe(false);
      }
    });

    test('a cart that was left holds different products, added while it was there', () => {
      const items = groupBy(rows.cart_items, 'cart_id');
      const customers = new Map(rows.customers.map((row) => [num(row, 'id'), row]));
      const left = rows.carts.filter((cart) => cart['status'] !== 'converted');
      check(items.size).toBe(left.length);
      for (const cart of left) {
        const own = items.get(String(cart['id'])) ?? [];
        check(new Set(own.map((item) => item['product_id'])).size).toBe(own.length);
        const times = own.map((item) => num(item, 'added_at'));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        check(times[0]).toBeGreaterThanOrEqual(num(cart, 'created_at'));
        check(times.at(-1)).toBe(cart['updated_at']);
        if (cart['customer_id'] !== null) {
          const customer = customers.get(num(cart, 'customer_id'));
          check(num(cart, 'created_at')).toBeGreaterThanOrEqual(num(customer, 'created_at'));
        }
      }
    });

    test('the audit log leads to the values of today', () => {
      const customers = new Map(rows.customers.map((row) => [num(row, 'id'), row]));
      const prices = new Map<number, number>();
      const changedAt = new Map<number, number>();
      let lastChangeUs = 0;
      for (const entry of rows.audit_log) {
        const changed: Record<string, [unknown, unknown]> = JSON.parse(String(entry['changed']));
        const id = num(entry, 'row_id');
        for (const [column, [before, after]] of Object.entries(changed)) {
          expect(before).not.toEqual(after);
          if (column === 'price_cents') {
            check(before).toBe(prices.get(id) ?? before);
            check(Number(after)).toBeGreaterThan(num(products.get(id), 'cost_cents'));
            prices.set(id, Number(after));
            changedAt.set(id, num(entry, 'occurred_at'));
            check(num(entry, 'occurred_at')).toBeGreaterThanOrEqual(lastChangeUs);
            lastChangeUs = num(entry, 'occurred_at');
          } else if (column === 'marketing_opt_in') {
            check(customers.get(id)?.['marketing_opt_in']).toBe(after);
          } else {
            check(column).toBe('status');
            check(orders.get(id)?.['status']).toBe(after);
            check(orders.get(id)?.['updated_at']).toBe(entry['occurred_at']);
          }
        }
      }
      expect(prices.size).toBe(rows.products.length);
      for (const [id, price] of prices) {
        check(products.get(id)?.['price_cents']).toBe(price);
        check(products.get(id)?.['updated_at']).toBe(changedAt.get(id));
      }
    });

    test('nothing has happened after the end of the history, no event before its start', () => {
      const events = new Set([
        'orders.placed_at',
        'order_status_history.changed_at',
        'payments.created_at',
        'refunds.created_at',
        'shipments.shipped_at',
        'inventory_movements.occurred_at',
        'reviews.created_at',
        'audit_log.occurred_at',
        'carts.created_at',
        'low_stock_alerts.raised_at',
      ]);
      for (const generator of shop.generators) {
        for (const { name, type } of generator.columns) {
          if (type !== 'timestamptz' || name === 'ends_at') {
            continue;
          }
          for (const row of rows[generator.table]) {
            if (row[name] === null) {
              continue;
            }
            if (num(row, name) >= AS_OF_US) {
              expect.fail(`${generator.table}.${name} of ${row['id']}: ${row[name]}`);
            }
            if (events.has(`${generator.table}.${name}`) && num(row, name) < HISTORY_START_US) {
              expect.fail(`${generator.table}.${name} of ${row['id']}: ${row[name]}`);
            }
          }
        }
      }
    });

    test('orders lie in order of time, and the newest are the least far', () => {
      const placed = rows.orders.map((row) => num(row, 'placed_at'));
      expect(placed).toEqual(placed.toSorted((a, b) => a - b));
      const open = new Set(['pending', 'paid', 'processing', 'shipped']);
      const firstOpen = rows.orders.findIndex((row) => open.has(String(row['status'])));
      check(firstOpen).toBeGreaterThanOrEqual(scale - 1000 * Math.ceil((0.03 * scale) / 1000));
      check(rows.orders.at(-1)?.['status']).toBe('pending');
    });
  },
);
