import { EngineError } from "../engine-error.ts";
import { type PropertyPath, parsePropertyPath } from "../protocol/property-path.ts";
import type { StoredSetting } from "./stack-settings.ts";

/** The key that a path begins with, `ns:plan.project[0]` → `ns:plan`, and the way into its value. */
export function splitConfigPath(text: string): { readonly key: string; readonly path: PropertyPath } {
  const colon = text.indexOf(":") + 1;
  const [first, ...path] = parsePropertyPath(text.slice(colon));
  return { key: `${text.slice(0, colon)}${first ?? ""}`, path };
}

/** @returns what lies at the path, or undefined */
export function settingAt(value: StoredSetting | undefined, path: PropertyPath): StoredSetting | undefined {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string, StoredSetting>)[String(step)];
  }
  return found;
}

/**
 * The value with what lies at the path replaced, or removed where `replacement` is undefined; lists and maps on the
 * way are made.
 * @throws EngineError when the path leads into a plain value, or beyond the end of a list
 */
export function withSettingAt(
  value: StoredSetting | undefined,
  [step, ...rest]: PropertyPath,
  replacement: StoredSetting | undefined,
): StoredSetting | undefined {
  if (step === undefined) return replacement;
  if (typeof step === "number") {
    if (value !== undefined && !Array.isArray(value))
      throw new EngineError(`[${step}] is asked of what is no list`);
    const list = [...((value ?? []) as StoredSetting[])];
    if (step > list.length) throw new EngineError(`[${step}] lies beyond the end of the list`);
    const element = withSettingAt(list[step], rest, replacement);
    if (element === undefined) list.splice(step, 1);
    else list[step] = element;
    return list;
  }
  if (value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value)))
    throw new EngineError(`"${step}" is asked of what is no map`);
  const map: Record<string, StoredSetting> = { ...(value as Record<string, StoredSetting> | undefined) };
  const element = withSettingAt(map[step], rest, replacement);
  if (element === undefined) delete map[step];
  else map[step] = element;
  return map;
}
