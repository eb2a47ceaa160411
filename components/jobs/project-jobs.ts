import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { Roles } from "../iam/roles.ts";
import type { StackFacts } from "../stack-facts.ts";
import { DumpJob } from "./dump-job.ts";
import type { JobRuntime } from "./job-runtime.ts";
import type { JobSecrets } from "./job-secrets.ts";
import { readEscrowKey } from "./read-escrow-key.ts";
import { secretNames } from "./secret-names.ts";
import { StorageSync } from "./storage-sync.ts";
import { taskPlan } from "./task-plan.ts";

export interface ProjectJobsArgs {
  readonly plan: ProtectionPlan;
  /** The same plan as it stands in the stack's configuration. */
  readonly written: unknown;
  readonly runtime: JobRuntime;
  readonly roles: Pick<Roles, "writer" | "syncer">;
  readonly secrets: JobSecrets;
  readonly facts: StackFacts;
}

/** The variables that hold what jobs of the plan's projects log in and sign with, each once, sorted. */
export function jobSecretNames({ projects, vault }: Pick<ProtectionPlan, "projects" | "vault">): string[] {
  const names = projects.flatMap(({ name, connection, storageAccess }) =>
    secretNames({ connection, storageAccess }, `projects.${name}`),
  );
  return [...new Set([...names, ...signingNames(vault)])].sort();
}

const signingNames = ({ keys }: ProtectionPlan["vault"]) => secretNames(keys.signing, "vault.keys.signing");

/** The scheduled jobs of every project: its recovery points, and the mirror of its stored objects. */
export class ProjectJobs extends pulumi.ComponentResource {
  constructor(name: string, args: ProjectJobsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:ProjectJobs", name, {}, opts);
    const { plan, written, runtime, roles, secrets, facts } = args;
    const { environment } = plan;
    const arnsOf = (part: unknown, where: string) =>
      Object.fromEntries(
        [...secretNames(part, where), ...signingNames(plan.vault)].map((variable) => [
          variable,
          secrets.arns[variable] ?? "",
        ]),
      );
    for (const project of plan.projects) {
      const where = `projects.${project.name}`;
      const { connection, storageAccess } = project;
      const shared = {
        ...{ environment, project, runtime, facts },
        plan: taskPlan(written, project.name, readEscrowKey),
      };
      new DumpJob(
        `${name}-${project.name}-dump`,
        { ...shared, writerRoleArn: roles.writer.arn, secrets: arnsOf({ connection }, where) },
        { parent: this },
      );
      if (project.storage.length === 0) continue;
      new StorageSync(
        `${name}-${project.name}-sync`,
        {
          ...shared,
          syncerRoleArn: roles.syncer.arn,
          secrets: arnsOf({ connection, storageAccess }, where),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
