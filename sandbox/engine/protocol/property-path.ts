import { EngineError } from "../engine-error.ts";

/** One step into a value: a key, or an index of a list. */
export type PropertyPath = readonly (string | number)[];

/**
 * Parses a path as Pulumi writes them: `root.nested`, `root["key with.dots"]`, `list[0]`, `list[*]`.
 * @throws EngineError naming the path that cannot be read
 */
export function parsePropertyPath(text: string): PropertyPath {
  const parts: (string | number)[] = [];
  const part = /\.?([^.[\]"]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/y;
  let position = 0;
  while (position < text.length) {
    part.lastIndex = position;
    const match = part.exec(text);
    if (!match) throw new EngineError(`the property path ${JSON.stringify(text)} cannot be read`);
    const [whole, name, index, quoted] = match;
    parts.push(name ?? (index === undefined ? (quoted?.replaceAll('\\"', '"') ?? "*") : Number(index)));
    position += whole.length;
  }
  return parts;
}

/** Whether `path` leads to `target` or to something that holds it; `*` stands for any one step. */
export function pathContains(path: PropertyPath, target: PropertyPath): boolean {
  return (
    path.length <= target.length &&
    path.every((step, index) => step === "*" || String(step) === String(target[index]))
  );
}
