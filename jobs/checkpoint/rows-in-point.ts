import type { Manifest } from "../../vault/manifest.ts";
import type { TableState } from "./read-state.ts";

/** Rows of a table that a point holds; undefined when it lacks the table, or one of its partitions or children. */
export function rowsInPoint({ holders }: TableState, manifest: Manifest): number | undefined {
  const rows = holders.map(
    ({ schema, name }) =>
      manifest.tables.find((one) => one.schema === schema && one.name === name)?.rows ?? Number.NaN,
  );
  const sum = rows.reduce((total, one) => total + one, 0);
  return holders.length === 0 || Number.isNaN(sum) ? undefined : sum;
}
