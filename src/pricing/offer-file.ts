import { z } from 'zod';
import { CartloadError } from '../errors.ts';
import type { Price } from './price-book.ts';

const dimension = z.looseObject({
  unit: z.string(),
  beginRange: z.string().optional(),
  pricePerUnit: z.record(z.string(), z.string()),
});
const term = z.looseObject({
  priceDimensions: z.record(z.string(), dimension),
  termAttributes: z.record(z.string(), z.string()).optional(),
});
const terms = z.record(z.string(), z.record(z.string(), term));

/** One of AWS's public price files: an offer in a region. */
const offerFileSchema = z.looseObject({
  formatVersion: z.literal('v1.0'),
  offerCode: z.string(),
  version: z.string(),
  publicationDate: z.string(),
  products: z.record(
    z.string(),
    z.looseObject({
      sku: z.string(),
      productFamily: z.string().optional(),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
  terms: z.looseObject({ OnDemand: terms, Reserved: terms.optional() }),
});

type OfferFile = z.infer<typeof offerFileSchema>;
type Attributes = Readonly<Record<string, string>>;

/** The offers that have something to say here, and can be read whole: that of EC2 (NAT) is several GB long. */
export const OFFER_CODES = [
  'AmazonRDS',
  'AmazonElastiCache',
  'AmazonECS',
  'AmazonVPC',
  'AWSSecretsManager',
] as const;

/** What a product is in a snapshot; null: nothing. */
type Naming = (
  attributes: Attributes,
  family: string,
) => Pick<Price, 'service' | 'class' | 'deployment' | 'unit'> | null;

const DEPLOYMENTS = ['Single-AZ', 'Multi-AZ'];

const NAMINGS: Readonly<Record<string, Naming>> = {
  AmazonRDS: nameOfRds,
  AmazonElastiCache: (attributes, family) => {
    const engines: Attributes = { Redis: 'elasticache-redis-oss', Valkey: 'elasticache-valkey' };
    const service = engines[attributes['cacheEngine'] ?? ''];
    const isNode = family === 'Cache Instance' && ends(attributes, /NodeUsage:cache\.[a-z0-9.]+$/);
    if (service === undefined || !isNode) return null;
    return { service, class: attributes['instanceType'] ?? '', deployment: 'node', unit: 'hour' };
  },
  AmazonECS: (attributes) => {
    const parts: readonly (readonly [RegExp, string, string])[] = [
      [/Fargate-ARM-vCPU-Hours:perCPU$/, 'arm-vcpu', 'vCPU-hour'],
      [/Fargate-ARM-GB-Hours$/, 'arm-memory', 'GB-hour'],
      [/Fargate-vCPU-Hours:perCPU$/, 'x86-vcpu', 'vCPU-hour'],
      [/Fargate-GB-Hours$/, 'x86-memory', 'GB-hour'],
    ];
    const found = parts.find(([pattern]) => ends(attributes, pattern));
    if (found === undefined) return null;
    return { service: 'fargate', class: found[1], deployment: 'linux', unit: found[2] };
  },
  AmazonVPC: (attributes) =>
    ends(attributes, /PublicIPv4:InUseAddress$/)
      ? { service: 'public-ipv4', class: 'in-use-address', deployment: 'any', unit: 'hour' }
      : null,
  AWSSecretsManager: (attributes) =>
    ends(attributes, /AWSSecretsManager-Secrets$/)
      ? { service: 'secrets-manager', class: 'secret', deployment: 'any', unit: 'secret-month' }
      : null,
};

function nameOfRds(attributes: Attributes, family: string): ReturnType<Naming> {
  const engine = attributes['databaseEngine'] ?? 'Any';
  const deployment = attributes['deploymentOption'] ?? '';
  const instanceClass = attributes['instanceType'] ?? '';
  if (ends(attributes, /ExtendedSupport:/)) return null;
  if (family === 'Database Instance') {
    if (engine === 'PostgreSQL' && DEPLOYMENTS.includes(deployment)) {
      return { service: 'rds-postgresql', class: instanceClass, deployment, unit: 'hour' };
    }
    if (engine !== 'Aurora PostgreSQL') return null;
    const mode = ends(attributes, /InstanceUsageIOOptimized:/) ? 'IO-Optimized' : 'Standard';
    return { service: 'aurora-postgresql', class: instanceClass, deployment: mode, unit: 'hour' };
  }
  if (engine === 'Aurora PostgreSQL' || engine === 'Any') {
    const aurora: readonly (readonly [RegExp, string, string])[] = [
      [/Aurora:StorageUsage$/, 'storage', 'GB-month'],
      [/Aurora:StorageIOUsage$/, 'io-requests', 'million-requests'],
    ];
    const found = aurora.find(([pattern]) => ends(attributes, pattern));
    if (found !== undefined) {
      return {
        service: 'aurora-postgresql',
        class: found[1],
        deployment: 'Standard',
        unit: found[2],
      };
    }
  }
  if (engine !== 'PostgreSQL' && engine !== 'Any') return null;
  const credits = /CPUCredits:db\.(t3|t4g)$/.exec(attributes['usagetype'] ?? '');
  if (credits !== null) {
    const name = `cpu-credits-${credits[1]}`;
    return { service: 'rds-burst', class: name, deployment: 'any', unit: 'vCPU-hour' };
  }
  if (ends(attributes, /RDS:ProxyUsage$/)) {
    return { service: 'rds-proxy', class: 'proxy', deployment: 'any', unit: 'vCPU-hour' };
  }
  if (!DEPLOYMENTS.includes(deployment)) return null;
  const storage: readonly (readonly [RegExp, string, string])[] = [
    [/GP3-Storage$/, 'gp3-storage', 'GB-month'],
    [/GP3-PIOPS$/, 'gp3-iops-above-baseline', 'IOPS-month'],
    [/GP3-Throughput$/, 'gp3-throughput-above-baseline', 'MiBps-month'],
    [/IO2-PIOPS$/, 'io2-iops', 'IOPS-month'],
    [/(IO2-PIOPS-Storage|PIOPS-Storage-IO2)$/, 'io2-storage', 'GB-month'],
    [/PIOPS-Storage$/, 'io1-storage', 'GB-month'],
    [/PIOPS$/, 'io1-iops', 'IOPS-month'],
  ];
  const found = storage.find(([pattern]) => ends(attributes, pattern));
  if (found === undefined) return null;
  return { service: 'rds-storage', class: found[1], deployment, unit: found[2] };
}

function ends(attributes: Attributes, pattern: RegExp): boolean {
  return pattern.test(attributes['usagetype'] ?? '');
}

/**
 * The prices of a region in one of AWS's public files, on demand and reserved.
 *
 * @param source the key that they name as their source
 * @throws CartloadError BAD_PRICES where it is no such file, or has two prices for the same thing
 */
export function pricesIn(data: unknown, region: string, source: string): Price[] {
  const parsed = offerFileSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CartloadError(
      'BAD_PRICES',
      `This is no price file of AWS: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  const offer = parsed.data;
  const naming = NAMINGS[offer.offerCode];
  if (naming === undefined) {
    throw new CartloadError(
      'BAD_PRICES',
      `A price file of ${offer.offerCode} has nothing for here.`,
      { hint: `Those of use are ${OFFER_CODES.join(', ')}.` },
    );
  }
  const found = new Map<string, Price & { readonly engine: string }>();
  for (const { sku, productFamily = '', attributes } of Object.values(offer.products)) {
    if ((attributes['regionCode'] ?? region) !== region) continue;
    if ((attributes['locationType'] ?? 'AWS Region') !== 'AWS Region') continue;
    const name = naming(attributes, productFamily);
    if (name === null) continue;
    const engine = attributes['databaseEngine'] ?? 'Any';
    for (const priced of pricesOf(offer, sku)) {
      const price: Price = {
        service: priced.term === undefined ? name.service : `${name.service}-reserved`,
        class: name.class,
        region,
        deployment: name.deployment,
        unit: priced.term === undefined ? name.unit : 'effective-hour',
        ...(priced.term === undefined
          ? {}
          : { term: priced.term, paymentOption: priced.paymentOption }),
        usd: priced.usd * (name.unit === 'million-requests' ? 1e6 : 1),
        asOf: offer.publicationDate.slice(0, 10),
        source: [source],
        confidence: 'list-file',
        note: `SKU ${sku}`,
      };
      const { usd: _, note: __, ...key } = price;
      const text = JSON.stringify(key);
      const other = found.get(text);
      // Storage was priced for any engine once; its own engine's price goes before that.
      const isBetter = other?.engine === 'Any' && engine !== 'Any';
      const isWorse = engine === 'Any' && other !== undefined && other.engine !== 'Any';
      if (other !== undefined && !isBetter && !isWorse && other.usd !== price.usd) {
        throw new CartloadError(
          'BAD_PRICES',
          `${offer.offerCode} ${offer.version} has two prices for ${price.service} ${price.class} ${price.deployment} in ${region}: ${other.usd} (${other.note}) and ${price.usd} (${price.note}).`,
        );
      }
      if (other === undefined || isBetter) found.set(text, { ...price, engine });
    }
  }
  return [...found.values()].map(({ engine: _, ...price }) => price);
}

const HOURS_PER_YEAR = 8760;

interface SkuPrice {
  readonly usd: number;
  readonly term?: NonNullable<Price['term']>;
  readonly paymentOption?: NonNullable<Price['paymentOption']>;
}

function pricesOf({ terms: { OnDemand, Reserved = {} } }: OfferFile, sku: string): SkuPrice[] {
  const onDemand = Object.values(OnDemand[sku] ?? {}).flatMap(({ priceDimensions }): SkuPrice[] => {
    // Of tiers, the first.
    const [first] = Object.values(priceDimensions)
      .map(({ beginRange = '0', pricePerUnit }) => ({
        from: Number(beginRange),
        usd: Number(pricePerUnit['USD']),
      }))
      .filter(({ usd }) => usd > 0)
      .sort((a, b) => a.from - b.from);
    return first === undefined ? [] : [{ usd: first.usd }];
  });
  const reserved = Object.values(Reserved[sku] ?? {}).flatMap(
    ({ priceDimensions, termAttributes = {} }): SkuPrice[] => {
      const years = termAttributes['LeaseContractLength'];
      const paymentOption = termAttributes['PurchaseOption'];
      if (years !== '1yr' && years !== '3yr') return [];
      if (!isPaymentOption(paymentOption)) return [];
      const sum = (unit: string) =>
        Object.values(priceDimensions)
          .filter((each) => each.unit === unit)
          .reduce((total, { pricePerUnit }) => total + Number(pricePerUnit['USD']), 0);
      const hours = HOURS_PER_YEAR * (years === '1yr' ? 1 : 3);
      const usd = sum('Hrs') + sum('Quantity') / hours;
      return usd > 0 ? [{ usd, term: years, paymentOption }] : [];
    },
  );
  return [...onDemand, ...reserved];
}

function isPaymentOption(text: string | undefined): text is NonNullable<Price['paymentOption']> {
  return text === 'No Upfront' || text === 'Partial Upfront' || text === 'All Upfront';
}
