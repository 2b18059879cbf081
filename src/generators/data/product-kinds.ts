export const PRODUCT_KINDS = [
  'clothing',
  'shoes',
  'electronics',
  'home',
  'sport',
  'care',
  'book',
  'toy',
  'food',
] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

/** One attribute of a product: its key, and its values as JSON or which words of the product it takes. */
export type AttributeSpec = readonly [key: string, values: 'color' | 'feature' | readonly string[]];

/** What products of one kind have in common. */
export interface KindSpec {
  /** The cost as a share of the price: least per cent, and range. */
  readonly cost: readonly [percent: number, range: number];
  /** An earlier price in per cent of the next: least, and range. Most prices rise, electronics fall. */
  readonly earlierPrice: readonly [percent: number, range: number];
  /** In the order in which PostgreSQL keeps jsonb: shorter keys first, then by bytes. */
  readonly attributes: readonly AttributeSpec[];
  /** What follows feature and noun in the first sentence of a description, for one or many. */
  readonly openings: readonly string[];
  readonly closings: readonly string[];
}

const quoted = (words: string): readonly string[] => words.split('|').map((word) => `"${word}"`);

export const KIND_SPECS: Readonly<Record<ProductKind, KindSpec>> = {
  clothing: {
    cost: [34, 24],
    earlierPrice: [90, 17],
    attributes: [
      ['size', quoted('XS|S|M|M|L|L|XL|XXL')],
      ['color', 'color'],
      ['material', 'feature'],
    ],
    openings: [
      ' with a classic cut that goes with almost anything.',
      ' for every day, cut with a little room where it matters.',
      ', softer than before and with cleaner seams.',
      ', light enough to layer.',
      ' designed to keep shape and colour for years.',
    ],
    closings: [
      'Machine-washable at 30 degrees; do not tumble dry.',
      'The model is 1.78 m tall and wears size M.',
      'Pre-washed, so it hardly shrinks.',
      'Runs true to size.',
      'Made in Portugal in small batches.',
      'If in doubt, take one size up.',
    ],
  },
  shoes: {
    cost: [38, 22],
    earlierPrice: [90, 17],
    attributes: [
      ['size', quoted('36|37|38|39|40|41|42|43|44|45|46')],
      ['color', 'color'],
      ['material', 'feature'],
    ],
    openings: [
      ' with a cushioned footbed for long days.',
      ' to go with jeans as well as with a suit.',
      ' with a sole that can be replaced.',
      ', light and without breaking in.',
    ],
    closings: [
      'European sizes; half sizes should size up.',
      'Removable insole.',
      'Resoleable and easy to care for.',
      'Lined with soft leather.',
    ],
  },
  electronics: {
    cost: [62, 20],
    earlierPrice: [98, 17],
    attributes: [
      ['color', 'color'],
      ['warranty_months', ['12', '24', '24', '24', '36', '60']],
    ],
    openings: [
      ' set up in five minutes.',
      ' with controls that explain themselves.',
      ', quieter and longer-lasting than before.',
      ' for home and office, with plenty in reserve.',
      ' without frills, built to last.',
    ],
    closings: [
      'Quick-start guide in six languages.',
      'Spare parts are kept for seven years.',
      'Tested by an independent laboratory.',
      'Recycled packaging without foam.',
      'Repaired at sixty service points.',
    ],
  },
  home: {
    cost: [42, 24],
    earlierPrice: [88, 18],
    attributes: [
      ['color', 'color'],
      ['material', 'feature'],
    ],
    openings: [
      ' to bring some calm into the room.',
      ' made to be used, not only looked at.',
      ' with carefully finished edges.',
      ', still pleasing in ten years.',
      ' for small and large households.',
    ],
    closings: [
      'Wipe clean with a damp cloth.',
      'Each piece differs a little in colour and grain.',
      'Arrives assembled or with all fittings.',
      'Matches the other pieces of the series.',
      'Wood and fibres come from certified sources.',
    ],
  },
  sport: {
    cost: [45, 22],
    earlierPrice: [90, 17],
    attributes: [
      ['color', 'color'],
      ['level', quoted('beginner|beginner|advanced|professional')],
      ['warranty_months', ['12', '24', '24', '36']],
    ],
    openings: [
      ' for the first steps and for the thousandth.',
      ', tested in rain, wind and gravel.',
      ' with little weight and a lot of forgiveness.',
      ' for weekends outside.',
    ],
    closings: [
      'Comes with a carrying bag.',
      'Tested to European standards.',
      'All wearing parts can be replaced.',
      'Packs down small.',
    ],
  },
  care: {
    cost: [40, 26],
    earlierPrice: [90, 14],
    attributes: [
      ['vegan', ['true', 'true', 'false']],
      ['volume_ml', ['50', '75', '100', '200', '250', '500']],
    ],
    openings: [
      ' for daily use.',
      ' with a discreet scent.',
      ' for the whole family.',
      ', sparing in use.',
    ],
    closings: [
      'Keeps for twelve months once opened.',
      'Without microplastics.',
      'The bottle is made of recycled plastic.',
      'Not tested on animals.',
      'Refill pack available.',
    ],
  },
  book: {
    cost: [55, 12],
    earlierPrice: [94, 9],
    attributes: [
      ['pages', ['96', '144', '176', '208', '240', '288', '320', '416']],
      ['binding', quoted('paperback|paperback|hardback|spiral')],
      ['language', quoted('de|en|en|en|fr|es|pl')],
    ],
    openings: [
      ' to browse, to read and to give away.',
      ' with many photographs and clear instructions.',
      ', praised by reviewers for its plain words.',
      ' by an author with twenty years of practice.',
    ],
    closings: [
      'With an index and a ribbon marker.',
      'Printed on paper from responsible sources.',
      'New edition with corrections.',
      'Suitable as a gift.',
    ],
  },
  toy: {
    cost: [44, 22],
    earlierPrice: [90, 16],
    attributes: [
      ['color', 'color'],
      ['min_age', ['1', '3', '3', '4', '5', '6', '8', '10', '12']],
    ],
    openings: [
      ', made for more than a rainy afternoon.',
      ' to play alone or together.',
      ' with well-rounded edges and bright colours.',
      ' for children and the parents who join in.',
    ],
    closings: [
      'Tested for safety; no small parts for younger children.',
      'Instructions in six languages.',
      'Batteries are not needed.',
      'Spare parts can be ordered one by one.',
    ],
  },
  food: {
    cost: [64, 18],
    earlierPrice: [86, 17],
    attributes: [
      ['origin', quoted('DE|DE|ES|FR|IT|NL|PL')],
      ['variety', 'feature'],
    ],
    openings: [
      ' of good, steady quality.',
      ' from producers that we know by name.',
      ' for every day and for guests.',
      ', our own pick, tasted every season.',
    ],
    closings: [
      'Best before: see the pack.',
      'Allergens are given on the pack.',
      'The pack can be recycled.',
      'Picked and packed on the day of delivery.',
      'Without artificial colours.',
    ],
  },
};
