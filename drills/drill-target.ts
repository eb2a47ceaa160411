import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ProjectPlan, ProtectionPlan } from "../plan/protection-plan.ts";
import type { DrillTarget } from "../plan/schema/drill-target.ts";
import type { DrillKind } from "../plan/schema/drills.ts";

/** Where a Supabase project for a drill is made, completely. */
export type CompleteTarget =
  | Extract<DrillTarget, { kind: "server" }>
  | (Extract<DrillTarget, { kind: "supabase" }> & { readonly organization: string; readonly region: string });

/**
 * What a drill of a project restores into: its own target, else that of the environment, else a Supabase project like
 * the one that is protected. Asked before anything is made.
 * @throws HoldfastError DRILL_TARGET_MISSING (exit 2)
 */
export function drillTarget(plan: ProtectionPlan, project: ProjectPlan, kind: DrillKind): CompleteTarget {
  const drill = project.drills[kind];
  const own = drill !== undefined && "schedule" in drill ? drill.target : undefined;
  const shared = plan.drills.target;
  // Only a Supabase project can be rewound, and it takes back its like alone.
  const fits = shared?.kind === "server" ? kind !== "pitr-simulation" : project.kind === "supabase";
  const like: DrillTarget | undefined = project.kind === "supabase" ? { kind: "supabase" } : undefined;
  const target = own ?? (fits ? shared : undefined) ?? like;
  if (target === undefined) throw missing(project, kind, "no target");
  if (target.kind === "server") return target;
  const { organization = project.organization, region = project.region } = target;
  if (organization === undefined) throw missing(project, kind, "no organization");
  if (region === undefined) throw missing(project, kind, "no region");
  return { ...target, organization, region };
}

function missing({ name }: ProjectPlan, kind: DrillKind, what: string): HoldfastError {
  return new HoldfastError({
    code: "DRILL_TARGET_MISSING",
    message: `The plan names ${what} that the drill ${kind} of ${name} could restore into. Nothing was made.`,
    hint:
      what === "no target"
        ? "Add drills: {target: {kind: server, connection: {env: DRILL_SERVER_URL}}} to the plan, the URL of a login that may make databases."
        : `Add ${what.replace("no ", "")} to the project or to drills.target.`,
    exitCode: 2,
  });
}
