import { HoldfastError } from "../../plan/holdfast-error.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import { readMarkers } from "./marker.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";
import { readOptions } from "./read-options.ts";

/** What one look at a project that is being restored shows. */
export type Look =
  /** It serves; the rows from after the target are `there`, are `gone`, or there never were any: `untold`. */
  | { readonly kind: "serves"; readonly status: string; readonly later: "there" | "gone" | "untold" }
  /** It is in a state in which it does not serve. */
  | { readonly kind: "away"; readonly status: string }
  /** It is said to serve, and its database does not answer yet. */
  | { readonly kind: "silent"; readonly status: string; readonly why: string }
  /** Supabase does not tell; it may the next time. */
  | { readonly kind: "unseen"; readonly why: string }
  /** Supabase will not tell any more: wrong token, no such project. */
  | { readonly kind: "barred"; readonly why: string };

/** Unhealthy is not away: one service of many may be, and the database is asked anyway. */
const SERVING: readonly string[] = ["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"];
const BARRED: readonly string[] = ["SUPABASE_TOKEN_REFUSED", "SUPABASE_FORBIDDEN", "SUPABASE_NOT_FOUND"];

/** Asks Supabase for the project's state and, when it serves, the database for rows from after the target. */
export async function lookAtProject(context: PitrContext, begun: PitrBegun): Promise<Look> {
  let status: string;
  try {
    ({ status } = await getProject(context.api, context.ref, readOptions(context)));
  } catch (error) {
    const { code, message } = known(error, context.signal);
    return { kind: BARRED.includes(code) ? "barred" : "unseen", why: message };
  }
  if (!SERVING.includes(status)) return { kind: "away", status };
  try {
    // A server that is still replaying the log answers too, with rows that are not the last word.
    const [row] = await context.run("SELECT pg_catalog.pg_is_in_recovery() AS recovering");
    if (row?.recovering !== false)
      return { kind: "silent", status, why: "its database is still replaying the log" };
    return { kind: "serves", status, later: await laterRows(context, begun) };
  } catch (error) {
    return { kind: "silent", status, why: known(error, context.signal).message };
  }
}

/** Whether anything written between the target and the request is there. */
async function laterRows(context: PitrContext, begun: PitrBegun): Promise<"there" | "gone" | "untold"> {
  if (begun.witness === undefined) return "untold";
  // Its time is known to the millisecond, and it must not be cut off by that.
  const until = new Date(new Date(begun.witness.at).getTime() + 1);
  const rows = await readMarkers(context.run, { ...context.table, after: context.target, until, limit: 1 });
  return rows.length === 0 ? "gone" : "there";
}

/** Interruptions and errors that nobody foresaw are not for a look to explain. */
function known(error: unknown, signal: AbortSignal | undefined): HoldfastError {
  signal?.throwIfAborted();
  if (error instanceof HoldfastError) return error;
  throw error;
}
