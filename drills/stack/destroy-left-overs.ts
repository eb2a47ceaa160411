import { HoldfastError } from "../../plan/holdfast-error.ts";
import { DRILL_KINDS } from "../../plan/schema/drills.ts";
import { type CompleteTarget, drillTarget } from "../drill-target.ts";
import { type DestroyRequest, destroyDrillStack } from "./destroy-drill-stack.ts";
import { drillStackPrefix, isLeftOver, readDrillStackName } from "./drill-stack-name.ts";
import { listWorkspaceStacks } from "./drill-workspace.ts";

type Request = Omit<DestroyRequest, "targets"> & { readonly say: (text: string) => void };

/** Names of stacks. */
export interface LeftOvers {
  readonly destroyed: readonly string[];
  readonly failed: readonly string[];
}

/**
 * Destroys the stacks that drills of this environment left when they were killed: those of processes of this
 * machine that are gone, and of those kept or made elsewhere the ones whose time is over.
 * One that cannot be destroyed, as another run may be at it, does not stop this one: it is told, and tried again.
 * @throws HoldfastError those of `listWorkspaceStacks`
 */
export async function destroyLeftOvers(request: Request): Promise<LeftOvers> {
  const { plan, clock, say } = request;
  const names = (await listWorkspaceStacks(plan.drills)).filter((name) => {
    const owner = name.startsWith(drillStackPrefix(plan.environment)) ? readDrillStackName(name) : undefined;
    return owner !== undefined && isLeftOver(owner, clock());
  });
  const failed: string[] = [];
  for (const name of names) {
    say(`Destroying ${name}, which a killed drill left …`);
    await destroyDrillStack(name, { ...request, targets: allTargets(plan) }).catch((error: unknown) => {
      if (!(error instanceof HoldfastError)) throw error;
      failed.push(name);
      say(`warning: ${error.message}`);
    });
  }
  return { destroyed: names.filter((name) => !failed.includes(name)), failed };
}

/** Everything that the plan's drills restore into, each once: a name does not tell which one it was. */
export function allTargets(plan: DestroyRequest["plan"]): CompleteTarget[] {
  const targets = plan.projects.flatMap((project) =>
    DRILL_KINDS.flatMap((kind) => {
      const drill = project.drills[kind];
      // The other kinds are run by hand too, whatever the plan's schedules leave out.
      if (kind === "pitr-simulation" && (drill === undefined || "skip" in drill)) return [];
      try {
        return [drillTarget(plan, project, kind)];
      } catch (error) {
        if (error instanceof HoldfastError && error.code === "DRILL_TARGET_MISSING") return [];
        throw error;
      }
    }),
  );
  const each = new Map(targets.map((target) => [JSON.stringify(target), target]));
  return [...each.values()];
}
