import type { FaultSwitches } from "../../../../sandbox/supabase/faults.ts";
import type { Kind } from "./settings-model.ts";

/** What goes wrong in a run. */
export type Mishap =
  | "none"
  /** The change is made, its answer is lost. */
  | "lost-answer"
  /** An earlier change is still being processed. */
  | "cool-down"
  /** Reads are answered 503, a page of HTML, or by the rate limit. */
  | "unavailable"
  | "html"
  | "throttle"
  | "token-expired";

const BUSY = "We are still processing addon changes, please try again in 2 minute(s)";

/** Switches on what is to go wrong with the next run of one resource of the project. */
export function armMishap(faults: FaultSwitches, ref: string, kind: Kind, mishap: Mishap): void {
  const read = { match: { method: "GET", path: "/v1/projects/{ref}", ref }, times: 1 };
  if (mishap === "html" || mishap === "token-expired") faults.add({ kind: mishap, ...read });
  if (mishap === "throttle") faults.add({ kind: mishap, retryAfterSeconds: 60, ...read });
  if (mishap === "unavailable")
    faults.add({ kind: "status", status: 503, body: { message: "Try later" }, ...read, times: 2 });
  const isAddon = kind === "compute" || kind === "pitr";
  for (const method of ["PATCH", "DELETE", "POST", "PUT"]) {
    const write = { match: { method, ref, ...pathOf(kind, method) }, times: 1 };
    if (mishap === "lost-answer") faults.add({ kind: mishap, ...write });
    if (mishap === "cool-down" && isAddon)
      faults.add({ kind: "status", status: 429, body: { message: BUSY }, ...write });
  }
}

/** A compute change is followed by an SQL probe, which is a POST. */
function pathOf(kind: Kind, method: string): { readonly path?: string } {
  if (method !== "POST") return {};
  return { path: kind === "network" ? "/v1/projects/{ref}/network-restrictions/apply" : "/nowhere" };
}
