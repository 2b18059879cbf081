// Writes src/generators/data/distributions.ts: every distribution of the shop as integers. Logarithms
// and exponentials are used here only, because their last bits differ between engines; the generators
// read the result. Run: node scripts/make-distributions.mjs && npx biome check --write src/generators/data
import { writeFileSync } from 'node:fs';

/** Inverse of the standard normal distribution: Acklam's approximation, relative error below 1.2e-9. */
function inverseNormal(p) {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572,
  ];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
      ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1)
    );
  }
  if (p > 1 - 0.02425) return -inverseNormal(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q) /
    (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1)
  );
}

/** Knots at equal steps of probability; the open ends are cut at 2^-12 and 1 - 2^-21. */
function logNormal({ median, sigma, min, max }) {
  const at = (p) => {
    const z = inverseNormal(Math.min(Math.max(p, 2 ** -12), 1 - 2 ** -21));
    return Math.min(max, Math.max(min, Math.round(median * Math.exp(sigma * z))));
  };
  const steps = Array.from({ length: 1025 }, (_, i) => i / 1024);
  return { body: steps.map(at), tail: steps.map((s) => at((1023 + s) / 1024)) };
}

/**
 * Whole counts n[0..max-1] (of sizes 1..max) with sum n = `total` and sum size x n = `weight`, near
 * the given weights: rounded by largest remainder, then pairs are moved by one step until it fits.
 */
function counts(weights, total, weight) {
  const sum = weights.reduce((s, w) => s + w, 0);
  const exact = weights.map((w) => (w / sum) * total);
  const n = exact.map(Math.floor);
  const order = exact.map((e, i) => [e - n[i], i]).sort((x, y) => y[0] - x[0]);
  for (let i = 0; n.reduce((s, v) => s + v, 0) < total; i++) n[order[i][1]]++;
  let excess = n.reduce((s, v, i) => s + v * (i + 1), 0) - weight;
  for (let i = 1; excess !== 0; i = 1 + (i % (n.length - 2))) {
    const [from, to] = excess > 0 ? [i, i - 1] : [i, i + 1];
    if (n[from] > 0) {
      n[from]--;
      n[to]++;
      excess += to - from;
    }
  }
  return n;
}

/** Log-normal sizes 1..max whose mean is `mean`, by bisection on the location. */
function heavyTailed({ sigma, max, mean }) {
  const weightsAt = (mu) =>
    Array.from(
      { length: max },
      (_, i) => Math.exp(-((Math.log(i + 1) - mu) ** 2) / (2 * sigma ** 2)) / (i + 1),
    );
  let [low, high] = [-6, 4];
  for (let i = 0; i < 60; i++) {
    const mu = (low + high) / 2;
    const w = weightsAt(mu);
    const m = w.reduce((s, v, k) => s + v * (k + 1), 0) / w.reduce((s, v) => s + v, 0);
    if (m < mean) low = mu;
    else high = mu;
  }
  return weightsAt(low);
}

/** 70 % of buyers buy once (434 of 620); the others 2 + a negative binomial of mean 1.043, shape 0.6. */
function ordersPerBuyer() {
  return [434, ...counts(negativeBinomial({ mean: 1.043, shape: 0.6, max: 16 }), 186, 566 - 186)];
}

function negativeBinomial({ mean, shape, max }) {
  const q = mean / (mean + shape);
  const weights = [];
  let p = (1 - q) ** shape;
  for (let k = 0; k < max; k++) {
    weights.push(p);
    p *= ((k + shape) / (k + 1)) * q;
  }
  return weights;
}

/**
 * 60 households with 1000 orders: log-normal from 4 up, mean 16.7 (Instacart: 4 to 100 orders a
 * user, mean 16.6). The sizes are the middle quantiles; the largest takes what rounding left.
 */
function ordersPerHousehold() {
  const sizes = Array.from({ length: 60 }, (_, i) =>
    Math.max(4, Math.round(12.2 * Math.exp(0.78 * inverseNormal((i + 0.5) / 60)))),
  );
  sizes[59] += 1000 - sizes.reduce((s, v) => s + v, 0);
  const n = Array(sizes[59]).fill(0);
  for (const size of sizes) n[size - 1]++;
  return n;
}

/**
 * Orders by day: two years of growth by a factor of 2.5, weekday, season. November is 63 % over
 * October and December 25 % under November (Olist); the days from Black Friday to Cyber Monday have
 * two and a half times the orders of the days around them.
 */
function dayWeights() {
  const weekday = [0.93, 1.1, 1.08, 1.05, 1.02, 0.97, 0.85];
  const month = [0.92, 0.9, 0.94, 0.95, 1, 0.96, 0.9, 0.91, 0.99, 1.03, 1.03, 1.03];
  const days = Array.from({ length: 731 }, (_, d) => {
    const date = new Date(Date.UTC(2024, 0, 1 + d));
    const firstOfNovember = new Date(Date.UTC(date.getUTCFullYear(), 10, 1));
    const thanksgiving = 22 + ((11 - firstOfNovember.getUTCDay()) % 7);
    const sinceThanksgiving = (date - firstOfNovember) / 86_400_000 + 1 - thanksgiving;
    const sale = sinceThanksgiving >= 1 && sinceThanksgiving <= 4 ? 2.5 : 1;
    const weight =
      1400 * 2.5 ** (d / 731) * weekday[date.getUTCDay()] * month[date.getUTCMonth()] * sale;
    return { month: date.getUTCFullYear() * 12 + date.getUTCMonth(), weight };
  });
  const totalOf = (m) => days.filter((d) => d.month === m).reduce((s, d) => s + d.weight, 0);
  for (const year of [2024, 2025]) {
    for (const [m, factor] of [
      [10, 1.63],
      [11, 0.75],
    ]) {
      const scale = (totalOf(year * 12 + m - 1) * factor) / totalOf(year * 12 + m);
      for (const day of days.filter((d) => d.month === year * 12 + m)) day.weight *= scale;
    }
  }
  return days.map((d) => Math.round(d.weight));
}

const lineWeights = {
  default: [heavyTailed({ sigma: 1.05, max: 20, mean: 2.4 }), 2400],
  grocery: [heavyTailed({ sigma: 0.72, max: 60, mean: 10.1 }), 10_100],
  marketplace: [heavyTailed({ sigma: 0.75, max: 10, mean: 1.13 }), 1130],
};
const cartWeights = {
  default: [heavyTailed({ sigma: 1, max: 12, mean: 7 / 3 }), 700, 1633],
  grocery: [heavyTailed({ sigma: 0.8, max: 30, mean: 7 }), 700, 4900],
  marketplace: [heavyTailed({ sigma: 0.75, max: 8, mean: 1.2 }), 700, 840],
};
/** Of 1024 lines, with up to ten pieces: few buy the second piece, fewer the third. */
function quantities(exponent) {
  const weights = Array.from({ length: 10 }, (_, i) => 1 / (i + 1) ** exponent);
  const sum = weights.reduce((s, w) => s + w, 0);
  const mean = weights.reduce((s, w, i) => s + w * (i + 1), 0) / sum;
  return counts(weights, 1024, Math.round(1024 * mean));
}
const byProfile = (make) =>
  Object.fromEntries(['default', 'grocery', 'marketplace'].map((name) => [name, make(name)]));
const buyers = {
  default: ordersPerBuyer(),
  grocery: ordersPerHousehold(),
  // 937 of 966 buyers buy once (Olist: 96,096 buyers of 99,441 orders), the others twice or more.
  marketplace: [
    937,
    ...counts(negativeBinomial({ mean: 5 / 29, shape: 0.6, max: 6 }), 29, 63 - 29),
  ],
};

const tables = [
  [
    'POPULARITY',
    'Weight of a product in sales: log-normal, sigma 1.7 (top 1 % of products sell 27 %, top 20 % sell 80 %; OTTO).',
    logNormal({ median: 10000, sigma: 1.7, min: 1, max: 4e9 }),
  ],
  [
    'PRICE_FACTOR',
    'Price of a product in 10,000ths of the median of its category: log-normal, sigma 0.45.',
    logNormal({ median: 10000, sigma: 0.45, min: 2500, max: 60000 }),
  ],
  ['DAY_WEIGHTS', 'Orders by day, from 2024-01-01 to 2025-12-31.', dayWeights()],
  [
    'HOUR_WEIGHTS',
    'Orders by hour of the day (UTC; the shop sells in Europe and the Americas).',
    [
      34, 24, 18, 14, 12, 14, 20, 32, 48, 64, 76, 80, 82, 80, 76, 74, 76, 80, 86, 94, 100, 96, 78,
      54,
    ],
  ],
  [
    'LINES_PER_ORDER',
    'How many of 1000 orders have 1, 2, ... lines: 2400 lines in all, grocery 10,100, marketplace 1130.',
    byProfile((name) => counts(lineWeights[name][0], 1000, lineWeights[name][1])),
  ],
  [
    'ORDERS_PER_BUYER',
    'How many buyers buy once, twice, ...: 1000 orders of 620 buyers (70 % once, negative-binomial tail), of 60 households, of 966 marketplace buyers (97 % once).',
    buyers,
  ],
  [
    'LINES_PER_CART',
    'How many of 700 carts that have not become orders have 1, 2, ... lines.',
    byProfile((name) => counts(...cartWeights[name])),
  ],
  [
    'QUANTITIES',
    'How many of 1024 lines are of 1, 2, ... pieces.',
    { default: quantities(2.6), grocery: quantities(1.9), marketplace: quantities(3.2) },
  ],
];

const list = (value) => `[${value.join(', ')}]`;
const text = (value) => {
  if (Array.isArray(value)) return list(value);
  return value.body === undefined
    ? `{ ${Object.entries(value).map(([name, counts]) => `${name}: ${list(counts)}`)} }`
    : `{ body: new Uint32Array(${list(value.body)}), tail: new Uint32Array(${list(value.tail)}) }`;
};
const type = (value) => {
  if (Array.isArray(value)) return 'readonly number[]';
  return value.body === undefined ? 'Readonly<Record<Profile, readonly number[]>>' : 'InverseCdf';
};
writeFileSync(
  new URL('../src/generators/data/distributions.ts', import.meta.url),
  `// Made by scripts/make-distributions.mjs: change that, not this. Any change of a number here changes
// the data, so it needs a new GENERATOR_VERSION.
import type { InverseCdf } from '../../random/inverse-cdf.ts';
import type { Profile } from '../../schema/profiles.ts';

${tables.map(([name, doc, value]) => `/** ${doc} */\nexport const ${name}: ${type(value)} = ${text(value)};`).join('\n\n')}
`,
);
