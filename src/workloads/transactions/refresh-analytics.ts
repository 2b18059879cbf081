import { sqlStatement } from '../../schema/statement.ts';
import { ANALYTICS_VIEWS } from '../../schema/tables.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly view: string;
}

const refresh = sqlStatement<Input, never>(
  'refresh_analytics.refresh',
  'select shop.refresh_analytics(:view::text)',
);

/** A job fills one of the materialised views anew, concurrently, each in its turn. */
export const refreshAnalytics: Transaction<Input> = {
  name: 'refresh_analytics',
  access: 'write',
  isOneStatement: true,
  statements: [refresh],
  input: (shopper) => ({
    view: ANALYTICS_VIEWS[shopper.arrival % ANALYTICS_VIEWS.length] ?? ANALYTICS_VIEWS[0],
  }),
  async run(session, input) {
    await session.execute(refresh, input);
    return DONE;
  },
};
