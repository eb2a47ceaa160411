import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  asSecret,
  containsSecret,
  isMap,
  isSecret,
  mapEntries,
  type PropertyMap,
  type PropertyValue,
  SIGNATURE_KEY,
  withoutReferences,
  withoutSecrets,
} from "../protocol/property-value.ts";
import { structMessages } from "../protocol/sdk.ts";

/** What a provider said at its configuration about the values that it takes. */
export interface Acceptance {
  readonly secrets: boolean;
  readonly resources: boolean;
}

/** The values as a message, in the form that the provider takes. */
export function toStruct(
  values: PropertyMap,
  accepts: Acceptance = { secrets: true, resources: true },
): Struct {
  let sent: PropertyValue = values;
  if (!accepts.secrets) sent = withoutSecrets(sent);
  if (!accepts.resources) sent = withoutReferences(sent);
  // The library's type leaves out that JSON may hold readonly lists.
  return structMessages.Struct.fromJavaScript(sent as Record<string, never>);
}

export function fromStruct(struct: Struct | undefined): PropertyMap {
  return (struct?.toJavaScript() ?? {}) as PropertyMap;
}

/**
 * Of a provider that takes no secrets: its values are secret again wherever those it was given were. Maps are followed
 * into; a list with a secret in it is secret as a whole, as its order may have changed.
 */
export function annotateSecrets(values: PropertyMap, given: PropertyMap, accepts: Acceptance): PropertyMap {
  if (accepts.secrets) return values;
  return mapEntries(values, (value, key) => {
    const before = given[key];
    if (isPlainMap(value) && isPlainMap(before)) return annotateSecrets(value, before, accepts);
    return containsSecret(before) && !isSecret(value) ? asSecret(value) : value;
  });
}

function isPlainMap(value: PropertyValue | undefined): value is PropertyMap {
  return isMap(value) && !(SIGNATURE_KEY in value);
}
