import type { CheckpointProof, ProveCheckpoint } from "../../jobs/checkpoint/prove-in-database.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import type { Vault } from "../../vault/vault.ts";
import type { CommandContext } from "./run-command.ts";

const KIND = "staging-restore";

/**
 * The proof of a checkpoint as a drill: restored into a stack that is made for it and is gone afterwards.
 * @throws HoldfastError DRILL_TARGET_MISSING (exit 2) when the plan names nothing to restore into
 */
export async function proveByDrill(
  { plan, project, vault }: { plan: ProtectionPlan; project: ProjectPlan; vault: Vault },
  { clock, progress, signal, say }: Pick<CommandContext, "clock" | "progress" | "signal" | "say">,
): Promise<ProveCheckpoint> {
  // What drills need is loaded for them alone: most checkpoints are not restored.
  const { drillTarget } = await import("../../drills/drill-target.ts");
  const { runDrill } = await import("../../drills/run-drill.ts");
  drillTarget(plan, project, KIND);
  return async (manifest): Promise<CheckpointProof> => {
    const workers = plan.job.workers;
    const request = { plan, project, vault, clock, workers, progress, signal, say };
    const drill = await runDrill({ ...request, kind: KIND, point: manifest.id });
    return {
      verdict: drill.verdict,
      where: `the stack ${drill.stack}`,
      checks: drill.checks,
      reasons: drill.reasons,
      notChecked: drill.notChecked,
      restoreSeconds: drill.restoreSeconds,
      proofSeconds: drill.proofSeconds,
    };
  };
}
