import type { PropertyPath } from "./property-path.ts";
import { asSecret, isList, isMap, isSecret, type PropertyMap, type PropertyValue } from "./property-value.ts";

/** Old and new value have nothing in common at a path: one has a place there that the other lacks. */
export class PathMissing extends Error {}

type Value = PropertyValue | undefined;

/**
 * The new value with what lies at `path` as it was in the old one: taken over, or left out where the old has none.
 * A value that was secret stays so. Lists keep their lengths.
 * @throws PathMissing when only one of the two has a way to that place
 */
export function keepOldAt(path: PropertyPath, olds: Value, news: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return olds;
  const old = unwrapped(olds);
  const desired = unwrapped(news);
  const wasSecret = isSecret(olds) && !isSecret(news);
  const kept = keepBelow(step, rest, old, desired, (value) =>
    wasSecret && value !== undefined ? asSecret(value) : value,
  );
  return isSecret(news) && kept !== undefined ? asSecret(kept) : kept;
}

function unwrapped(value: Value): Value {
  return isSecret(value) ? unwrapped(value.value) : value;
}

type Keep = (value: Value) => Value;

function keepBelow(step: string | number, rest: PropertyPath, old: Value, desired: Value, keep: Keep): Value {
  if (isList(desired) && isList(old) && (step === "*" || typeof step === "number"))
    return keepInList(step, rest, old, desired, keep);
  if (typeof step === "number") {
    if (isList(old) !== isList(desired)) throw new PathMissing();
    return desired;
  }
  if (isMap(desired)) return keepInMap(step, rest, isMap(old) ? old : undefined, desired, keep);
  if (step === "*" ? !isList(desired) || rest.length > 0 : isMap(old) && (rest.length > 0 || step in old))
    throw new PathMissing();
  return desired;
}

function keepInMap(
  step: string,
  rest: PropertyPath,
  old: PropertyMap | undefined,
  desired: PropertyMap,
  keep: Keep,
): Value {
  if (step === "*") {
    if (rest.length === 0)
      return old
        ? Object.fromEntries(Object.entries(old).map(([key, value]) => [key, keep(value) ?? null]))
        : desired;
    if (!old) throw new PathMissing();
    return Object.keys(old).reduce<PropertyMap>((kept, key) => {
      if (!(key in kept)) throw new PathMissing();
      return withKey(kept, key, keepOldAt(rest, old[key], kept[key]));
    }, desired);
  }
  if (rest.length === 0) return withKey(desired, step, old && step in old ? keep(old[step]) : undefined);
  if (!old) throw new PathMissing();
  if (step in old && !(step in desired)) throw new PathMissing();
  if (!(step in desired)) return desired;
  return withKey(desired, step, keepOldAt(rest, old[step], desired[step]));
}

function withKey(map: PropertyMap, key: string, value: Value): PropertyMap {
  const { [key]: _, ...others } = map;
  return value === undefined ? others : { ...map, [key]: value };
}

function keepInList(
  step: "*" | number,
  rest: PropertyPath,
  old: readonly PropertyValue[],
  desired: readonly PropertyValue[],
  keep: Keep,
): Value {
  const of = (place: number): PropertyValue =>
    (rest.length === 0 ? keep(old[place]) : keepOldAt(rest, old[place], desired[place])) ?? null;
  if (step === "*") {
    if (old.length !== desired.length) throw new PathMissing();
    return desired.map((_, place) => of(place));
  }
  const isIn = (list: readonly PropertyValue[]): boolean => step < list.length;
  if (rest.length === 0 && !isIn(old) && !isIn(desired)) return desired;
  if (!isIn(old) || !isIn(desired)) throw new PathMissing();
  return desired.map((element, place) => (place === step ? of(place) : element));
}
