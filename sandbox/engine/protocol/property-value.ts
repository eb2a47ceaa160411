/**
 * A value as it travels between program, engine and providers: JSON, in which an object with the signature key
 * stands for something else (a secret, a resource, an asset), and one string for "known only after the update".
 */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** Named values: the inputs or the outputs of a resource. */
export type PropertyMap = { readonly [key: string]: PropertyValue };

// @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts for the signatures
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
export const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
export const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
/** In place of a value that is known only after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

export function hasSignature(value: PropertyValue | undefined, signature: string): value is PropertyMap {
  return isMap(value) && value[SIGNATURE_KEY] === signature;
}

export function isSecret(value: PropertyValue | undefined): value is PropertyMap {
  return hasSignature(value, SECRET_SIGNATURE);
}

/** The value as a secret; a secret stays as it is. */
export function asSecret(value: PropertyValue): PropertyMap {
  return isSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** Whether the value, or anything below it, satisfies the predicate. */
export function someValue(
  value: PropertyValue | undefined,
  predicate: (value: PropertyValue) => boolean,
): boolean {
  if (value === undefined) return false;
  if (predicate(value)) return true;
  if (isList(value)) return value.some((element) => someValue(element, predicate));
  return isMap(value) && Object.values(value).some((element) => someValue(element, predicate));
}

export function containsSecret(value: PropertyValue | undefined): boolean {
  return someValue(value, isSecret);
}

export function containsUnknown(value: PropertyValue | undefined): boolean {
  return someValue(value, (element) => element === UNKNOWN);
}

/** The value with every secret replaced by what it holds. */
export function withoutSecrets(value: PropertyValue): PropertyValue {
  return mapValues(value, (element) =>
    isSecret(element) ? withoutSecrets(element.value ?? null) : undefined,
  );
}

/** The value with every resource replaced by its id (that of a component by its URN), for providers that take no references. */
export function withoutReferences(value: PropertyValue): PropertyValue {
  return mapValues(value, (element) =>
    hasSignature(element, RESOURCE_SIGNATURE) ? (element.id ?? element.urn ?? null) : undefined,
  );
}

/** Replaces what `replace` gives a value for, and keeps the rest, top down. */
export function mapValues(
  value: PropertyValue,
  replace: (value: PropertyValue) => PropertyValue | undefined,
): PropertyValue {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (isList(value)) return value.map((element) => mapValues(element, replace));
  if (!isMap(value)) return value;
  return mapEntries(value, (element) => mapValues(element, replace));
}

/** The map with every value replaced. */
export function mapEntries(
  map: PropertyMap,
  replace: (value: PropertyValue, key: string) => PropertyValue,
): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, replace(value, key)]));
}

/** Equality in depth; the order of keys does not matter, a secret equals only a secret. */
export function equalValues(one: PropertyValue | undefined, other: PropertyValue | undefined): boolean {
  if (one === other) return true;
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((element, index) => equalValues(element, other[index]));
  if (!isMap(one) || !isMap(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equalValues(one[key], other[key]))
  );
}
