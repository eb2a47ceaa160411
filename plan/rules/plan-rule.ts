import type { Finding } from "../plan-problem.ts";
import type { DrillPlace } from "../schema/drills.ts";
import type { EnvironmentPlan } from "../schema/environment-plan.ts";
import type { Project } from "../schema/project.ts";
import type { Vault } from "../schema/vault.ts";

/** What a rule about one project may look at besides it: parts that are themselves right. */
export interface Surroundings {
  readonly vault: Vault | undefined;
  readonly alerts: EnvironmentPlan["alerts"] | undefined;
  /** What drills of every project restore into, where the plan says so. */
  readonly drillTarget: DrillPlace["target"];
}

/** A rule between fields of one project. Paths are relative to the project, or start with `root`. */
export type ProjectRule = (project: Project, surroundings: Surroundings) => Finding[];

/** A rule between fields of the vault. Paths are relative to it. */
export type VaultRule = (vault: Vault) => Finding[];
