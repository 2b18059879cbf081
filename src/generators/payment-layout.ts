import { type ChildLayout, createChildLayout } from './child-layout.ts';
import type { ShopModel } from './shop-model.ts';

/** The payments of an order: a declined one first for some, and always a last one. */
export function createPaymentLayout(model: ShopModel): ChildLayout {
  return createChildLayout(
    model.zones,
    model.archetypes.declined.map((declined) => 1 + declined),
  );
}
