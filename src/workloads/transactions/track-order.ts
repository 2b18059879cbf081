import { sqlStatement } from '../../schema/statement.ts';
import type { RecentOrder } from '../recent-orders.ts';
import { DONE, type Transaction, type TransactionResult } from '../transaction.ts';

interface Input {
  /** Of this run; null: one of the history. */
  readonly recent: RecentOrder | null;
  readonly orderId: number;
}

interface OrderRow {
  readonly id: number;
}

const COLUMNS = `orders.id, orders.status, orders.total_cents, orders.placed_at`;

const byToken = sqlStatement<{ readonly token: string }, OrderRow>(
  'track_order.by_token',
  `select ${COLUMNS} from shop.orders where checkout_token = :token`,
);

const byId = sqlStatement<{ readonly orderId: number }, OrderRow>(
  'track_order.by_id',
  `select ${COLUMNS} from shop.orders where id = :orderId`,
);

const parcels = sqlStatement<{ readonly orderId: number }, never>(
  'track_order.parcels',
  `select history.to_status, history.changed_at, shipment.carrier, shipment.tracking_number
   from shop.order_status_history history
   left join shop.shipments shipment on shipment.order_id = history.order_id
   where history.order_id = :orderId
   order by history.changed_at, history.id`,
);

/**
 * Where is my order? Looks for one that this run has placed, as soon as it was acknowledged: what a
 * stale replica does not show yet, a shopper misses. One of the history before the first.
 */
export const trackOrder: Transaction<Input> = {
  name: 'track_order',
  access: 'read',
  statements: [byToken, byId, parcels],
  input: (shopper) => ({ recent: shopper.recentOrder(), orderId: shopper.order() }),
  customerOf: ({ recent }) => recent?.customerId ?? 0,
  async run(session, { recent, orderId }): Promise<TransactionResult> {
    const startedAt = performance.now();
    const [order] =
      recent === null
        ? await session.execute(byId, { orderId })
        : await session.execute(byToken, { token: recent.token });
    if (order === undefined) {
      // An order of the history is missing where row-level security hides another customer's.
      if (recent === null) return DONE;
      const wasSeen = recent.seenAt !== null && recent.seenAt < startedAt;
      return { kind: 'done', order: null, staleness: wasSeen ? 'backward' : 'stale' };
    }
    if (recent !== null) recent.seenAt ??= performance.now();
    await session.execute(parcels, { orderId: order.id });
    return DONE;
  },
};
