type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Keys as AWS writes them (`StorageClass`), in depth, for values whose keys differ in the first letter alone. */
export function upperKeys<Result>(value: unknown): Result {
  // What comes out is what the caller's call takes: the properties were checked, and only their names change.
  return mapKeys(value as Json, (key) => key.charAt(0).toUpperCase() + key.slice(1)) as Result;
}

/** Keys as programs write them (`storageClass`), in depth. */
export function lowerKeys(value: unknown): Record<string, unknown> {
  return mapKeys(value as Json, (key) => key.charAt(0).toLowerCase() + key.slice(1)) as Record<
    string,
    unknown
  >;
}

function mapKeys(value: Json, change: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((element: Json) => mapKeys(element, change));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [change(key), mapKeys(element, change)]),
  );
}
