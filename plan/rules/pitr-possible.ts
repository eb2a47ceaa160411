import { COMPUTE_SIZES } from "../schema/supabase.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** Supabase sells point-in-time recovery from this compute size on.
 * @see https://supabase.com/docs/guides/platform/backups#point-in-time-recovery */
const SMALLEST = "small";

/** Point-in-time recovery needs a project to be bought for, and enough compute. */
export const pitrPossible: ProjectRule = ({ kind, pitr, compute, ref }) => {
  if (!pitr || kind !== "supabase") return [];
  const findings = [];
  if (compute && COMPUTE_SIZES.indexOf(compute) < COMPUTE_SIZES.indexOf(SMALLEST)) {
    findings.push({
      path: ["compute"],
      bound: `${SMALLEST} or larger: Supabase offers point-in-time recovery from there on`,
      fix: `write compute: ${SMALLEST}, or remove pitr`,
    });
  }
  if (ref === undefined) {
    findings.push({
      path: ["ref"],
      bound:
        "the project's reference, 20 lower-case letters: point-in-time recovery is bought and watched by it",
      fix: "add ref: (the part of the project's URL before .supabase.co), or remove pitr",
    });
  }
  return findings;
};
