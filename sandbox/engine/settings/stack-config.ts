import { EngineError } from "../engine-error.ts";
import type { Crypter } from "../secrets/passphrase-crypter.ts";
import type { StackSettings, StoredSetting } from "./stack-settings.ts";

/** One setting, readable. */
export interface ConfigValue {
  /** The text that the program gets; of a list or map, its JSON. */
  readonly text: string;
  /** Whether any part of it is secret. */
  readonly secret: boolean;
  /** The list or map; absent for a plain text. */
  readonly object?: StoredSetting;
}

/** `key` with its namespace, which is the project's name unless it carries one. */
export function qualifiedKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/**
 * The whole configuration of a stack, decrypted, by qualified key.
 * @throws EngineError when a secret cannot be opened, naming its key
 */
export function readConfig(
  settings: StackSettings,
  project: string,
  crypter: () => Crypter,
): ReadonlyMap<string, ConfigValue> {
  const values = new Map<string, ConfigValue>();
  for (const [key, stored] of settings.config) {
    const name = qualifiedKey(project, key);
    values.set(name, readSetting(stored, name, crypter));
  }
  return values;
}

/**
 * One setting, or a part of one, decrypted.
 * @throws EngineError when a secret cannot be opened, naming its key
 */
export function readSetting(stored: StoredSetting, key: string, crypter: () => Crypter): ConfigValue {
  let secret = false;
  const open = (value: StoredSetting): StoredSetting => {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== "object" || value === null) return value;
    if (!isSecure(value))
      return Object.fromEntries(Object.entries(value).map(([name, element]) => [name, open(element)]));
    secret = true;
    try {
      return crypter().decrypt(value.secure);
    } catch (error) {
      throw new EngineError(`the secret setting ${key}: ${(error as Error).message}`, { cause: error });
    }
  };
  const opened = open(stored);
  if (typeof opened === "object" && opened !== null)
    return { text: JSON.stringify(opened), secret, object: opened };
  return { text: opened === null ? "" : String(opened), secret };
}

function isSecure(value: StoredSetting): value is { readonly secure: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 1 &&
    typeof (value as { readonly secure?: StoredSetting }).secure === "string"
  );
}
