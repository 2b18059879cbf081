import { bounded } from '../../random/bounded.ts';
import { nearestFirst, suggestion } from '../../scenario/nearest.ts';
import { given } from '../../scenario/units.ts';
import { AS_OF } from '../../schema/calendar.ts';
import type { Shopper } from '../shopper.ts';

/** Draws a parameter's value for one arrival. */
export type Draw = (shopper: Shopper) => number | string;

interface DrawKind {
  readonly name: string;
  /** How it is written. */
  readonly form: string;
  /** What is drawn, in one line. */
  readonly description: string;
  /** The draw of what stands behind the name; null where that is not as in `form`. */
  readonly read: (argument: string) => Draw | null;
}

function plain(name: string, description: string, draw: Draw): DrawKind {
  return { name, form: name, description, read: (argument) => (argument === '' ? draw : null) };
}

const WORDS = 2 ** 32;

/** Every way to draw a parameter of a transaction file. */
export const DRAWS: readonly DrawKind[] = [
  plain('product', "id of a product, chosen as the scenario's `access` says", (s) => s.product()),
  plain('category', 'id of a leaf category, as popular as its products', (s) => s.category()),
  plain('warehouse', 'id of a warehouse, each equally likely', (s) => s.warehouse()),
  plain('customer', 'id of a customer, each equally likely', (s) => s.customer()),
  plain(
    'buyer',
    'id of a customer who has bought; with the share `access.newOrders`, in this run',
    (s) => s.returningBuyer(),
  ),
  plain('cart', 'id of a cart of the loaded shop that was open then', (s) => s.openCart()),
  plain('order', 'id of an order of the loaded shop, each equally likely', (s) => s.order()),
  plain('new_order', 'id of one of its newest orders, most of them not yet sent', (s) =>
    s.newOrder(),
  ),
  plain('order_line', 'id of a line of its orders, each equally likely', (s) => s.orderLine()),
  plain('coupon', 'id of a coupon with uses left when the shop was loaded', (s) => s.coupon()),
  plain('quantity', "pieces of one product, as in the shop's own orders", (s) => s.quantity()),
  plain('search_term', "one or two words of a product's name", (s) => s.searchTerm()),
  {
    name: 'integer',
    form: 'integer 1..100',
    description: 'whole number, each equally likely, both ends included',
    read(argument) {
      const range = readRange(argument, /^(-?\d+)\.\.(-?\d+)$/);
      if (range === null || !range.every(Number.isSafeInteger)) return null;
      const [min, max] = range;
      const count = max - min + 1;
      return count > WORDS ? null : (shopper) => min + bounded(shopper.word(), count);
    },
  },
  {
    name: 'number',
    form: 'number 0..1',
    description: 'number, uniform, the upper end excluded',
    read(argument) {
      const range = readRange(argument, /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/);
      if (range === null) return null;
      const [min, max] = range;
      return (shopper) => min + (max - min) * (shopper.word() / WORDS);
    },
  },
  {
    name: 'text',
    form: "text 'card' | 'paypal'",
    description: 'one of the texts, each equally likely; a quote in one is doubled',
    read(argument) {
      if (!/^'(?:[^']|'')*'(?:\s*\|\s*'(?:[^']|'')*')*$/.test(argument)) return null;
      const texts = [...argument.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) =>
        text.replaceAll("''", "'"),
      );
      return (shopper) => texts[bounded(shopper.word(), texts.length)] ?? '';
    },
  },
  plain('uuid', 'UUID that no other arrival of any run has', (s) => s.uuid()),
  plain('today', 'end of the generated history, from which reports measure', () =>
    AS_OF.toISOString(),
  ),
];

export type ReadDraw =
  | { readonly ok: true; readonly draw: Draw }
  /** "what is wrong (what was given) - what would be right". */
  | { readonly ok: false; readonly message: string };

/** Reads how a parameter is drawn: `product`, `integer 1..5`. */
export function readDraw(text: string): ReadDraw {
  const [name = ''] = /^\S*/.exec(text) ?? [];
  const kind = DRAWS.find((each) => each.name === name);
  if (kind === undefined) {
    const names = DRAWS.map((each) => each.name);
    const meant = suggestion(name, names);
    const known = `known are ${nearestFirst(name, names).join(', ')}`;
    const right = meant === null ? known : `did you mean ${meant}? ${known}`;
    return { ok: false, message: `is not a known draw (got ${given(text)}) - ${right}` };
  }
  const draw = kind.read(text.slice(name.length).trim());
  if (draw !== null) return { ok: true, draw };
  return {
    ok: false,
    message: `is not well formed (got ${given(text)}) - write it as ${kind.form}`,
  };
}

function readRange(argument: string, form: RegExp): readonly [number, number] | null {
  const [, from, to] = form.exec(argument) ?? [];
  if (from === undefined || to === undefined) return null;
  const min = Number(from);
  const max = Number(to);
  return min <= max && Number.isFinite(max - min) ? [min, max] : null;
}
