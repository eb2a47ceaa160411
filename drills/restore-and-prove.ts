import { restore } from "../jobs/restore.ts";
import type { TargetStorage } from "../jobs/storage/check-references.ts";
import { verify } from "../jobs/verify.ts";
import type { DrillContext, DrillFindings } from "./drill-context.ts";

/**
 * Restores the drill's point into its target and proves it, the plan's smoke checks included: what every drill begins
 * with. On PASS the point becomes a verified one.
 *
 * @param restoreObjects restores the stored objects when the database is there, and tells where they are; without it, or
 * when it does not tell, they are not looked at
 * @throws HoldfastError those of restore and verify; a proof that fails is a finding
 */
export async function restoreAndProve(
  context: DrillContext,
  restoreObjects?: () => Promise<TargetStorage | undefined>,
): Promise<DrillFindings> {
  const { vault, manifest, project, stack, workers, progress, signal, say } = context;
  const target = stack.target.address;
  const common = { vault, manifest, target, workers, progress, signal };
  say(`Restoring ${manifest.id} into ${stack.target.inWords} …`);
  const restored = await context.phase("restore", () => restore({ ...common, confirm: target.database }));
  const storage = restoreObjects && (await context.phase("restore", restoreObjects));
  // Where the stored objects were to come back and did not, the point is not proved.
  const tag = manifest.storage === undefined || restoreObjects === undefined || storage !== undefined;
  say(`Proving that it is ${manifest.id} …`);
  const { checks, notChecked } = await context.phase("proof", () =>
    verify({ ...common, project, storage, tag }),
  );
  const left = restored.notRestored.map(({ what, why }) => `not restored: ${what} (${why})`);
  return { checks, notChecked: [...left, ...notChecked] };
}
