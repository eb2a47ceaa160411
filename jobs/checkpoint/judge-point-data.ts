import type { Manifest } from "../../vault/manifest.ts";
import type { CheckpointCheck } from "./checkpoint-check.ts";
import type { TableState } from "./read-state.ts";
import { rowsInPoint } from "./rows-in-point.ts";

/**
 * Whether the critical data can be had back from the point: a checkpoint of the schema alone, or of other tables, is
 * none for the release. Figures of production and point may differ by what was written in between.
 */
export function judgePointData(tables: readonly TableState[], manifest: Manifest): CheckpointCheck[] {
  return tables
    .filter(({ critical, rows }) => critical && rows !== undefined)
    .map((table) => {
      const rows = rowsInPoint(table, manifest);
      const isLost = rows === undefined || (rows === 0 && table.rows !== 0);
      return {
        part: "data",
        name: `rows of ${table.table} in the point`,
        verdict: isLost ? "FAIL" : "PASS",
        detail:
          rows === undefined
            ? `the point does not hold its rows; its scope is ${JSON.stringify(manifest.scope)}`
            : `rows in the point: ${rows}; in production: ${table.rows}`,
      };
    });
}
