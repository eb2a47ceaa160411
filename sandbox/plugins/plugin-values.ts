import { annotateSecrets, fromStruct, toStruct } from "../engine/plugins/provider-wire.ts";
import {
  asSecret,
  containsSecret,
  isList,
  isMap,
  isSecret,
  mapEntries,
  type PropertyMap,
  type PropertyValue,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  withoutReferences,
  withoutSecrets,
} from "../engine/protocol/property-value.ts";

type Struct = ReturnType<typeof toStruct>;

const MASK = "***";

/** Shorter secrets stay in texts: masking one of a single letter would leave nothing to read. In characters. */
const SHORTEST_MASKED = 4;

/** The values of one call: plain for the provider, with what was secret in them. */
export class PluginValues {
  readonly #texts = new Set<string>();
  #given: PropertyMap = {};
  #together: readonly string[] = [];

  /**
   * Says what the outputs of this call follow from.
   * @param given in the form of the engine
   * @param together outputs that are secret as soon as anything given is
   */
  follow(given: PropertyMap, together: readonly string[] = []): void {
    this.#given = given;
    this.#together = together;
  }

  /** The outputs of this call, also of one that failed: secret where what they follow from was. */
  hidden(outputs: PropertyMap): Struct {
    return secretAgain(outputs, this.#given, this.#together);
  }

  /** Takes values of the engine in, in the form that providers see. */
  plain(struct: Struct | undefined): PropertyMap {
    const values = fromStruct(struct);
    collectSecrets(values, false, this.#texts);
    return withoutReferences(withoutSecrets(values)) as PropertyMap;
  }

  /** Every text that was secret in what was taken in. */
  get secrets(): readonly string[] {
    // The longest first: one may be a part of another.
    return [...this.#texts].sort((one, other) => other.length - one.length);
  }

  /** The text without anything that was secret in what was taken in. */
  masked(text: string): string {
    const secrets = this.secrets.filter(({ length }) => length >= SHORTEST_MASKED);
    return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }
}

/**
 * The answer of a provider, its values secret again where those it was given were.
 * @param together outputs that are secret as soon as anything given is
 */
export function secretAgain(outputs: PropertyMap, given: PropertyMap, together: readonly string[]): Struct {
  const annotated = annotateSecrets(outputs, given, { secrets: false, resources: true });
  const hide = new Set(containsSecret(given) ? together : []);
  return toStruct(mapEntries(annotated, (value, key) => (hide.has(key) ? asSecret(value) : value)));
}

function collectSecrets(value: PropertyValue | undefined, isHidden: boolean, into: Set<string>): void {
  if (typeof value === "string" && isHidden && value !== "" && value !== SECRET_SIGNATURE) into.add(value);
  else if (isSecret(value)) collectSecrets(value.value, true, into);
  else if (isList(value)) for (const element of value) collectSecrets(element, isHidden, into);
  else if (isMap(value))
    for (const [key, element] of Object.entries(value))
      if (key !== SIGNATURE_KEY) collectSecrets(element, isHidden, into);
}
