import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { Point } from "../../vault/list-points.ts";
import { compareReplica } from "../measure/compare-replica.ts";
import type { HealthContext } from "./health-context.ts";
import { fail, type HealthLine, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** S3 copies most objects within 15 minutes: a manifest that is younger may be on its way. */
const ON_ITS_WAY_SECONDS = 3_600;

/** Whether the replica holds the newest manifest of a project as the vault does. */
export async function replicationLine(
  { vault, replica, signal }: HealthContext,
  project: ProjectPlan,
  points: () => Promise<readonly Point[]>,
  now: Date,
): Promise<HealthLine> {
  return await judgeLine(
    { id: "replication", project: project.name, bound: "newest manifest is in the replica, the same" },
    async () => {
      if (vault.replica === undefined) return notMeasured("the plan names no vault.replicaRegion");
      const [newest] = await points();
      if (newest === undefined) return notMeasured("there is no point");
      const { verdict, detail } = await compareReplica(vault, replica(), newest);
      if (verdict === "same") return pass(detail);
      const isYoung = now.getTime() - newest.createdAt.getTime() < ON_ITS_WAY_SECONDS * 1000;
      return verdict === "missing" && isYoung ? warn(`${detail} yet`) : fail(detail);
    },
    signal,
  );
}
