/** A problem of a scenario before its place in the text is looked up. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  /** Whether the key or its value is at fault; a missing key is looked up at its parent. */
  readonly anchor: 'key' | 'value';
  /** "what is wrong (what was given) - what would be right", without naming the path. */
  readonly message: string;
}

/** Any value as the map it may be: the data of a file that has not been checked yet. */
export function asMap(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** What stands at a path of unchecked data; undefined where nothing does. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
