/** True for the scope of a point that holds single tables: the rest of its database is not to be expected. */
export function isSelection(scope: unknown): boolean {
  return typeof scope === "object" && scope !== null && "kind" in scope && scope.kind === "tables";
}
