import type { TargetStorage } from "../../jobs/storage/check-references.ts";
import type { DrillContext, DrillFindings } from "../drill-context.ts";
import { listRedeployables } from "../loss/list-redeployables.ts";
import { type RestoredObjects, restoreObjects } from "../loss/restore-objects.ts";
import { showWiring } from "../loss/show-wiring.ts";
import { restoreAndProve } from "../restore-and-prove.ts";

/**
 * Rehearses the loss of the whole database: the point is restored into a new target, then its stored objects, then both
 * are proved, with the plan's smoke checks; what else a new project needs is listed, and the wiring of staging shown.
 * Nothing is asked of the lost database.
 *
 * @throws HoldfastError those of restore and verify; what is found wrong is a finding
 */
export async function fullDr(context: DrillContext): Promise<DrillFindings> {
  const { manifest, stack } = context;
  let objects: RestoredObjects = { checks: [], notChecked: [] };
  const restored = await restoreAndProve(context, async () => {
    if (manifest.storage === undefined) return undefined;
    // A server has no Storage; that each row has its object in the mirror can still be proved.
    if (stack.target.supabase === undefined) return MIRROR;
    objects = await restoreObjects(context, stack.target.supabase);
    return objects.storage;
  }).finally(() => objects.storage?.source.close());
  const parts = [objects, restored, await listRedeployables(context), await showWiring(context)];
  const isIncomplete =
    manifest.storage !== undefined && stack.target.supabase !== undefined && objects.storage === undefined;
  const hasSmokeHook = context.project.hooks.smoke !== undefined;
  return {
    checks: parts.flatMap(({ checks }) => checks),
    notChecked: [
      ...parts.flatMap(({ notChecked }) => notChecked),
      ...(hasSmokeHook ? ["the plan's hook smoke: a drill runs no hooks"] : []),
    ],
    // Without its objects the project is not back, however fast its database was.
    ...(isIncomplete && { isIncomplete }),
    facts: Object.assign({}, ...parts.map((part) => ("facts" in part ? part.facts : {}))),
  };
}

const MIRROR: TargetStorage = { kind: "mirror" };
