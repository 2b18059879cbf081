/**
 * What the shop's triggers keep up. Triggers and their functions are called after it in the database:
 * `keep_stock_on_insert`, `shop.keep_stock()`.
 */
export const DUTIES = [
  'totals',
  'history',
  'stock',
  'spend',
  'ratings',
  'alerts',
  'sales',
  'audit',
] as const;

export type Duty = (typeof DUTIES)[number];

/** The books depend on these: where no trigger does them, the application has to. */
export const SHARED_DUTIES = ['totals', 'history', 'stock', 'spend', 'ratings'] as const;

/** Nobody else does these where no trigger does. */
export const TRIGGER_DUTIES = ['alerts', 'sales', 'audit'] as const;

/** Who does each duty. */
export type Logic = Readonly<
  Record<(typeof SHARED_DUTIES)[number], 'trigger' | 'application'> &
    Record<(typeof TRIGGER_DUTIES)[number], 'trigger' | 'off'>
>;

/** As the migrations leave it: triggers do everything. */
export const DATABASE_LOGIC: Logic = {
  totals: 'trigger',
  history: 'trigger',
  stock: 'trigger',
  spend: 'trigger',
  ratings: 'trigger',
  alerts: 'trigger',
  sales: 'trigger',
  audit: 'trigger',
};
