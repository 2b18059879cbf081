import type { Scenario } from '../../scenario/scenario.ts';
import { CARD_KEY } from '../../schema/card-key.ts';

/** Settings that each session of the load comes with, so that no statement and no log has them. */
export function sessionSettings({
  settings,
  checkout,
}: Pick<Scenario, 'settings' | 'checkout'>): Readonly<Record<string, string>> {
  return checkout.payment === 'card' ? { ...settings, 'shop.card_key': CARD_KEY } : settings;
}
