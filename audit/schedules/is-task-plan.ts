import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { FIELDS_OF_JOBS } from "../../components/jobs/fields-of-jobs.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { longestRetentionDays } from "../../plan/resolve-plan.ts";
import { escrowPublicKey } from "../../vault/escrow-key.ts";

const PACKED = "gzip:";
/** Far more than the plan of any task, and little enough for the memory of who audits. */
const LARGEST_BYTES = 64 * 1024 * 1024;

export interface ExpectedTaskPlan {
  /** As audited, of the whole environment. */
  readonly plan: ProtectionPlan;
  /** Whose task it is; undefined where it is one for all projects. */
  readonly project: string | undefined;
  /** Of the plan's escrow key, which stands in a task as text. */
  readonly escrowFingerprint: string | undefined;
}

/**
 * Whether the plan that a task has means what the audited one does, as far as such a task is given it: the order of
 * fields, and defaults that are written out, have no meaning.
 * @param text what stands in the task's HOLDFAST_PLAN
 */
export function isTaskPlan(text: string, { plan, project, escrowFingerprint }: ExpectedTaskPlan): boolean {
  const found = readPlan(text);
  if (found === undefined) return false;
  const own = plan.projects.filter(({ name }) => project === undefined || name === project);
  const { lock, keys, ...vault } = plan.vault;
  const expected = {
    ...plan,
    vault: {
      ...vault,
      lock: { ...lock, days: daysOf(plan, own, found.vault.lock.days) },
      keys: { ...keys, ...(keys.escrowPublicKey && { escrowPublicKey: escrowFingerprint }) },
    },
    projects: own,
  };
  const isForAll = project === undefined;
  return isDeepStrictEqual(asGiven(found, isForAll), asGiven(expected, isForAll));
}

/** The lock's days are the longest retention of what projects there are, where the plan does not write them. */
function daysOf(plan: ProtectionPlan, own: readonly ProjectPlan[], found: number): number {
  const { days } = plan.vault.lock;
  const longest = (projects: readonly ProjectPlan[]) => Math.max(...projects.map(longestRetentionDays));
  const mayBeDefault = days === longest(plan.projects);
  return mayBeDefault && found === longest(own) ? found : days;
}

/** @returns undefined for what no task of this version could run by */
function readPlan(text: string): ProtectionPlan | undefined {
  try {
    const plain = text.startsWith(PACKED)
      ? gunzipSync(Buffer.from(text.slice(PACKED.length), "base64"), { maxOutputLength: LARGEST_BYTES })
      : text;
    const plan = parsePlan(JSON.parse(String(plain)), "the task's plan");
    const { escrowPublicKey: escrow, ...keys } = plan.vault.keys;
    // One key may be written in many ways. A file, which no task has, stays what it is: different.
    const fingerprint = typeof escrow === "string" ? escrowPublicKey(escrow).fingerprint : escrow;
    const known = { ...keys, ...(fingerprint && { escrowPublicKey: fingerprint }) };
    return { ...plan, vault: { ...plan.vault, keys: known } };
  } catch {
    return undefined;
  }
}

function asGiven(plan: object & { readonly projects: readonly ProjectPlan[] }, isForAll: boolean): object {
  if (!isForAll) return plan;
  const projects = plan.projects.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => !FIELDS_OF_JOBS.includes(name))),
  );
  return { ...plan, projects };
}
