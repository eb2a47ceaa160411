import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";

/**
 * Whether a schedule for drills of a project is declared: it has one that runs by schedule, and something to restore
 * into. Projects of Supabase have that by themselves; others only what the plan names.
 */
export function hasDrills(
  { drills: { target } }: Pick<ProtectionPlan, "drills">,
  project: ProjectPlan,
): boolean {
  const isPossible = project.kind === "supabase" || target !== undefined;
  return Object.values(project.drills).some(
    (drill) => "schedule" in drill && (isPossible || drill.target !== undefined),
  );
}
