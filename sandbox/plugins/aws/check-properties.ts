import type { z } from "zod";
import {
  containsUnknown,
  isList,
  isMap,
  mapEntries,
  type PropertyMap,
  type PropertyValue,
} from "../../engine/protocol/property-value.ts";
import type { CheckOutcome } from "../plugin-provider.ts";

/**
 * Checks the properties of a resource and fills defaults in. A property with a part that is known only after the
 * update passes as far as it is known.
 * @param type named in what is refused
 */
export function checkProperties(schema: z.ZodObject, inputs: PropertyMap, type: string): CheckOutcome {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
  const result = schema.safeParse(given);
  if (result.success) return { inputs: result.data as PropertyMap };
  const failures = failuresOf(result, given, type);
  return { inputs: failures.length > 0 ? given : withDefaults(schema, given), failures };
}

type Failures = NonNullable<CheckOutcome["failures"]>;

export function failuresOf(
  result: z.ZodSafeParseResult<unknown>,
  given: PropertyMap,
  type: string,
): Failures {
  if (result.success) return [];
  return result.error.issues.flatMap((issue): Failures => {
    const value = valueAt(given, issue.path);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        property: pathText([...issue.path, key]),
        reason: `${type} has no such property that is supported here`,
      }));
    // Whether it is right is seen when it is known.
    if (containsUnknown(value)) return [];
    const reason = value === undefined ? "is missing" : issue.message;
    return [{ property: pathText(issue.path), reason }];
  });
}

/** Fills in the defaults of every property by itself: some are not known yet, and pass as they are. */
function withDefaults(schema: z.ZodObject, given: PropertyMap): PropertyMap {
  const properties = Object.entries(schema.shape).flatMap(([key, property]): [string, PropertyValue][] => {
    const result = (property as z.ZodType).safeParse(given[key]);
    const value = (result.success ? result.data : given[key]) as PropertyValue | undefined;
    return value === undefined ? [] : [[key, value]];
  });
  return mapEntries(Object.fromEntries(properties), (value) => value);
}

function valueAt(value: PropertyValue, path: readonly PropertyKey[]): PropertyValue | undefined {
  let found: PropertyValue | undefined = value;
  for (const step of path) {
    if (isList(found)) found = found[Number(step)];
    else found = isMap(found) && Object.hasOwn(found, step) ? found[String(step)] : undefined;
  }
  return found;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${String(step)}` : String(step),
    "",
  );
}
