import { previousDue } from "../../plan/schedule.ts";
import { appendEvidence } from "../../vault/evidence/append-evidence.ts";
import { evidenceSince } from "../../vault/evidence/evidence-since.ts";
import type { Vault } from "../../vault/vault.ts";
import type { WatchContext } from "./watch-context.ts";

/**
 * Sends the test alert once for the last time that it was due, whichever pass comes first after it, also when passes
 * were missed or overlap. Evidence is the memory: it is written before the alert, and of two passes that write at once
 * the first in the chain sends. A pass that dies between the two sends nothing, which is heard as silence.
 *
 * @param known the last time due that is known to be done; long ago where none is
 * @returns the last time due, and whether this pass sent the alert
 * @throws HoldfastError STORE_…, EVIDENCE_…, SIGNING_…
 */
export async function sendCanary(
  { plan, vault, clock, publish }: WatchContext,
  known: Date,
): Promise<{ readonly firedAt: Date; readonly isSent: boolean }> {
  const firedAt = previousDue(plan.alerts.canary.schedule, clock());
  if (known >= firedAt) return { firedAt, isSent: false };
  if ((await firstOf(vault, firedAt)) !== undefined) return { firedAt, isSent: false };
  const { sequence } = await appendEvidence(vault, {
    kind: "canary",
    body: { verdict: "PASS", firedAt: firedAt.toISOString() },
  });
  const isSent = (await firstOf(vault, firedAt)) === sequence;
  if (isSent) publish({ environment: plan.environment }, { CanarySent: 1 });
  return { firedAt, isSent };
}

/** The sequence of the first record that tells of the test alert of this time. */
async function firstOf(vault: Vault, firedAt: Date): Promise<number | undefined> {
  const records = await evidenceSince(vault, { since: firedAt, kinds: ["canary"] });
  const same = records.filter(({ body }) => body.firedAt === firedAt.toISOString());
  return same.at(-1)?.sequence;
}
