import { asMap, type Finding } from './finding.ts';

/** What may not differ between variants: what they are compared on. */
const SHARED = [
  'name',
  'description',
  'dataset',
  'transactions',
  'thresholds',
  'variants',
] as const;

/** A variant as the whole scenario that it stands for. */
export interface VariantData {
  readonly name: string;
  readonly data: unknown;
}

/** The scenario without its variants, and each of them laid over it; what is no map is left to the schema. */
export function readVariants(data: unknown): readonly VariantData[] {
  const whole = asMap(data);
  const variants = asMap(whole?.['variants']);
  if (whole === null || variants === null) return [];
  const { variants: _, ...base } = whole;
  return Object.entries(variants).flatMap(([name, changes]) =>
    asMap(changes) === null ? [] : [{ name, data: laidOver(base, changes) }],
  );
}

/** Keys of a variant that may not differ between variants. */
export function sharedKeyFindings(data: unknown): readonly Finding[] {
  const variants = asMap(asMap(data)?.['variants']) ?? {};
  return Object.entries(variants).flatMap(([name, changes]) =>
    SHARED.filter((key) => Object.hasOwn(asMap(changes) ?? {}, key)).map(
      (key): Finding => ({
        path: ['variants', name, key],
        anchor: 'key',
        message: `cannot differ between variants (got ${key}) - what is compared runs on the same data, under the same name and limits`,
      }),
    ),
  );
}

/** What is wrong with a variant that is not wrong with the scenario itself, at its place in the variant. */
export function variantFindings(
  { name }: VariantData,
  ofVariant: readonly Finding[],
  ofScenario: readonly Finding[],
): readonly Finding[] {
  const known = new Set(ofScenario.map(keyOf));
  return ofVariant
    .filter((finding) => !known.has(keyOf(finding)))
    .map((finding) => ({ ...finding, path: ['variants', name, ...finding.path] }));
}

function keyOf({ path, message }: Finding): string {
  return `${path.map(String).join('\0')}\0${message}`;
}

/** Maps are merged key by key, anything else is replaced. */
function laidOver(base: unknown, changes: unknown): unknown {
  const [below, above] = [asMap(base), asMap(changes)];
  if (below === null || above === null) return changes;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    merged[key] = Object.hasOwn(below, key) ? laidOver(below[key], value) : value;
  }
  return merged;
}
