import { ApiError } from "../../supabase/api-error.ts";
import { runQuery } from "../../supabase/calls/run-query.ts";
import type { RunSql } from "./marker.ts";
import type { PitrContext } from "./pitr-context.ts";
import { readOptions } from "./read-options.ts";

/** Statements whose answers were lost one after another before it is given up. */
const TRIES = 3;

/**
 * Runs a recovery's statements through the Management API. Each of them has the same effect when it is run twice, so a
 * lost answer is a reason to run it again. Not in the API's read-only mode: that reads as another role, from which row
 * level security might hide rows.
 */
export function queryThroughApi(context: Omit<PitrContext, "run">): RunSql {
  const { api, ref } = context;
  return async (sql) => {
    for (let tries = 1; ; tries++) {
      try {
        return await runQuery(api, ref, sql, readOptions(context));
      } catch (error) {
        const isLost = error instanceof ApiError && error.code === "SUPABASE_OUTCOME_UNKNOWN";
        if (!isLost || tries === TRIES) throw error;
      }
    }
  };
}
