import { formatDuration } from "../duration.ts";
import { reachableRpo } from "../reachable-rpo.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** An RPO that neither point-in-time recovery nor any schedule can keep is a promise nobody can hold. */
export const rpoReachable: ProjectRule = (project) => {
  const { rpoSeconds } = project.objectives;
  const reachable = reachableRpo(project);
  if (!reachable) {
    return [
      {
        path: ["tiers"],
        bound: `something that reaches the RPO of ${formatDuration(rpoSeconds)}: pitr, or a scheduled tier with scope full`,
        fix: 'add nightly: {schedule: "0 2 * * *", scope: full}, or pitr: {windowDays: 7}',
      },
    ];
  }
  if (reachable.seconds <= rpoSeconds) return [];
  const fix =
    reachable.by === "pitr"
      ? `write rpo: ${formatDuration(reachable.seconds)} or more`
      : `write rpo: ${formatDuration(reachable.seconds)}, run ${reachable.by} more often${
          project.kind === "supabase" ? ", or add pitr: {windowDays: 7}" : ""
        }`;
  return [
    {
      path: ["objectives", "rpo"],
      bound: `at least ${formatDuration(reachable.seconds)}, which ${reachable.why}`,
      fix,
      shown: formatDuration(rpoSeconds),
    },
  ];
};
