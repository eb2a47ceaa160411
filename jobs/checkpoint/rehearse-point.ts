import { findTier } from "../../plan/find-tier.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { findTools } from "../../postgres/find-tools.ts";
import { openView } from "../backup/open-view.ts";
import { requireReadableSource } from "../backup/require-readable-source.ts";

const LOCK_TIMEOUT_SECONDS = 30;

/**
 * Does of a checkpoint's backup what writes nothing: finds the tools, opens the view, asks whether all of it may be read.
 * @throws HoldfastError as a backup does before its first byte
 */
export async function rehearsePoint(request: {
  readonly project: ProjectPlan;
  readonly address: DatabaseAddress;
  readonly workers: number;
  readonly serverMajor: number;
}): Promise<void> {
  const { project, address, workers } = request;
  const tools = await findTools(request.serverMajor);
  const view = await openView(address, findTier(project, "checkpoint").scope, {
    supabase: project.kind === "supabase",
    lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
    admit: async (candidate) => {
      await requireReadableSource(candidate, { tools, workers });
    },
  });
  await view.snapshot.close();
}
