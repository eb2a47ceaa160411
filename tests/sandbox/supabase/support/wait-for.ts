import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../../../sandbox/supabase/simulator.ts";
import { ask } from "./ask.ts";

const LIMIT_SECONDS = 30;

/** The project's status as the API shows it. */
export async function statusOf(
  supabase: Pick<Simulator, "endpoint" | "token">,
  ref: string,
): Promise<string> {
  const { body } = await ask(supabase, "GET", `/v1/projects/${ref}`);
  return String(Object(body).status);
}

/** Waits until the project shows the status. @returns the statuses on the way, each once */
export async function waitForStatus(
  supabase: Pick<Simulator, "endpoint" | "token">,
  ref: string,
  wanted: string,
): Promise<string[]> {
  const seen: string[] = [];
  const deadline = performance.now() + LIMIT_SECONDS * 1000;
  for (;;) {
    const status = await statusOf(supabase, ref);
    if (seen.at(-1) !== status) seen.push(status);
    if (status === wanted) return seen;
    assert.ok(performance.now() < deadline, `${ref} went ${seen.join(", ")} and did not become ${wanted}`);
    // Few looks: the limit of the endpoint holds for tests too.
    await sleep(400);
  }
}
