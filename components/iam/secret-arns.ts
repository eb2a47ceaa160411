/** The ARNs of secrets that a part of a plan names as `{ secretArn }`, each once, sorted. */
export function secretArns(part: unknown): string[] {
  return [...new Set(found(part))].sort();
}

function found(part: unknown): string[] {
  if (part === null || typeof part !== "object") return [];
  return Object.entries(part).flatMap(([name, value]) =>
    name === "secretArn" && typeof value === "string" ? [value] : found(value),
  );
}
