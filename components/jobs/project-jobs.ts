import * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import type { Roles } from "../iam/roles.ts";
import type { StackFacts } from "../stack-facts.ts";
import { declareProjectMaps } from "./declare-project-maps.ts";
import { DrillSchedule } from "./drill-schedule.ts";
import { DumpJob } from "./dump-job.ts";
import { hasDrills } from "./has-drills.ts";
import type { JobRuntime } from "./job-runtime.ts";
import { type ProjectJob, projectSecretNames } from "./job-secret-names.ts";
import type { JobSecrets } from "./job-secrets.ts";
import { readEscrowKey } from "./read-escrow-key.ts";
import { StorageSync } from "./storage-sync.ts";
import { taskPlan } from "./task-plan.ts";

export interface ProjectJobsArgs {
  readonly plan: ProtectionPlan;
  /** The same plan as it stands in the stack's configuration. */
  readonly written: unknown;
  readonly runtime: JobRuntime;
  readonly roles: Pick<Roles, "writer" | "syncer" | "driller">;
  readonly secrets: JobSecrets;
  readonly facts: StackFacts;
}

/** The scheduled jobs of every project: its recovery points, the mirror of its stored objects, its drills. */
export class ProjectJobs extends pulumi.ComponentResource {
  constructor(name: string, args: ProjectJobsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:ProjectJobs", name, {}, opts);
    const { plan, written, runtime, roles, secrets, facts } = args;
    const { environment } = plan;
    const inside = { parent: this };
    const arnsOf = (project: ProjectPlan, job: ProjectJob) =>
      secrets.arnsOf(projectSecretNames(plan, project, job));
    const { concurrency } = plan.job;
    const isMapped = concurrency !== undefined;
    const dumped: { project: ProjectPlan; taskDefinitionArn: pulumi.Output<string> }[] = [];
    for (const project of plan.projects) {
      const shared = {
        ...{ environment, project, runtime, facts },
        plan: taskPlan(written, project.name, readEscrowKey),
      };
      const own = `${name}-${project.name}`;
      const { taskDefinitionArn } = new DumpJob(
        `${own}-dump`,
        { ...shared, isMapped, writerRoleArn: roles.writer.arn, secrets: arnsOf(project, "dump") },
        inside,
      );
      dumped.push({ project, taskDefinitionArn });
      if (project.storage.length > 0) {
        new StorageSync(
          `${own}-sync`,
          { ...shared, syncerRoleArn: roles.syncer.arn, secrets: arnsOf(project, "sync") },
          inside,
        );
      }
      if (hasDrills(plan, project)) {
        new DrillSchedule(
          `${own}-drill`,
          { ...shared, drillerRoleArn: roles.driller.arn, secrets: arnsOf(project, "drill") },
          inside,
        );
      }
    }
    if (isMapped) declareProjectMaps(name, { environment, runtime, concurrency, dumped, facts }, inside);
    this.registerOutputs({});
  }
}
