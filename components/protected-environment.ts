import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../plan/protection-plan.ts";
import { homeRegion } from "./home-region.ts";
import { Roles } from "./iam/roles.ts";
import { FirstBackup } from "./jobs/first-backup.ts";
import { JobRuntime } from "./jobs/job-runtime.ts";
import { jobSecretNames, watchSecretNames } from "./jobs/job-secret-names.ts";
import { JobSecrets } from "./jobs/job-secrets.ts";
import { ProjectJobs } from "./jobs/project-jobs.ts";
import { readEscrowKey } from "./jobs/read-escrow-key.ts";
import { SweepSchedule } from "./jobs/sweep-schedule.ts";
import { taskPlan } from "./jobs/task-plan.ts";
import { Watch } from "./jobs/watch.ts";
import { Alarms } from "./monitoring/alarms.ts";
import { AlertTopics } from "./monitoring/alert-topics.ts";
import { Dashboard } from "./monitoring/dashboard.ts";
import { ReplicaCalls } from "./monitoring/replica-calls.ts";
import type { StackFacts } from "./stack-facts.ts";
import { ExportVault } from "./vault/export-vault.ts";
import { OperationsKey } from "./vault/operations-key.ts";
import { VaultKeys } from "./vault/vault-keys.ts";

export interface ProtectedEnvironmentArgs {
  readonly plan: ProtectionPlan;
  /** The same plan as it stands in the stack's configuration. */
  readonly written: unknown;
  /** Of this program; tag of the image that jobs run. */
  readonly version: string;
  /** Whether each project gets a recovery point from here while the stack is applied: see `FirstBackup`. @default false */
  readonly firstBackup?: boolean;
}

/** Everything that a plan needs of AWS: vault and keys, roles, jobs with their schedules, alarms. */
export class ProtectedEnvironment extends pulumi.ComponentResource {
  readonly keys: VaultKeys;
  readonly vault: ExportVault;
  readonly roles: Roles;
  readonly runtime: JobRuntime;
  readonly topics: AlertTopics;

  constructor(name: string, args: ProtectedEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:index:ProtectedEnvironment", name, {}, opts);
    const { plan, written, version } = args;
    const { environment, vault, projects, alerts } = plan;
    const inside = { parent: this };
    const facts = factsOf(plan, inside);
    const operationsKeyArn = new OperationsKey(`${name}-operations`, { environment, facts }, inside).keyArn;
    this.keys = new VaultKeys(`${name}-keys`, { environment, vault, facts }, inside);
    const { keys } = this;
    const secrets = new JobSecrets(
      `${name}-secrets`,
      { environment, names: jobSecretNames(plan), facts },
      inside,
    );
    this.roles = new Roles(
      `${name}-roles`,
      {
        environment,
        vault,
        projects,
        keys,
        operationsKeyArn,
        secretArns: Object.values(secrets.arns),
        image: plan.job.image,
        ...{ supabase: plan.supabase, alerts, drills: plan.drills },
        facts,
      },
      inside,
    );
    const { roles } = this;
    this.vault = new ExportVault(
      `${name}-vault`,
      { environment, vault, projects, keys, replicatorRoleArn: roles.replicator?.arn, facts },
      inside,
    );
    this.runtime = new JobRuntime(
      `${name}-jobs`,
      {
        ...{ plan, operationsKeyArn, version, facts },
        executionRoleArn: roles.execution.arn,
        schedulerRoleArn: roles.scheduler.arn,
      },
      inside,
    );
    const { runtime } = this;
    new ProjectJobs(`${name}-project-jobs`, { plan, written, runtime, roles, secrets, facts }, inside);
    const ofAll = { environment, runtime, plan: taskPlan(written, undefined, readEscrowKey), facts };
    new Watch(
      `${name}-watch`,
      { ...ofAll, watcherRoleArn: roles.watcher.arn, secrets: secrets.arnsOf(watchSecretNames(plan)) },
      inside,
    );
    new SweepSchedule(`${name}-sweep`, { ...ofAll, sweeperRoleArn: roles.sweeper.arn }, inside);
    this.topics = new AlertTopics(`${name}-alerts`, { environment, alerts, operationsKeyArn, facts }, inside);
    const { topicArns } = this.topics;
    const { deadLetterQueueName, clusterArn } = runtime;
    new Alarms(`${name}-alarms`, { plan, topicArns, keys, deadLetterQueueName, clusterArn, facts }, inside);
    const { replicaRegion } = vault;
    if (roles.forwarder !== undefined && replicaRegion !== undefined) {
      const forwarderRoleArn = roles.forwarder.arn;
      new ReplicaCalls(
        `${name}-replica-calls`,
        { plan, replicaRegion, keys, forwarderRoleArn, facts },
        inside,
      );
    }
    new Dashboard(`${name}-dashboard`, { plan, facts }, inside);
    if (args.firstBackup) {
      for (const project of projects) {
        new FirstBackup(
          `${name}-first-${project.name}`,
          {
            project,
            plan: taskPlan(written, project.name, readEscrowKey),
            bucketName: this.vault.bucketName,
          },
          { parent: this, dependsOn: [this.vault] },
        );
      }
    }
    this.registerOutputs({ bucket: this.vault.bucketName });
  }
}

function factsOf({ environment, vault }: ProtectionPlan, inside: pulumi.InvokeOptions): StackFacts {
  return {
    accountId: getCallerIdentityOutput({}, inside).accountId,
    partition: getPartitionOutput({}, inside).partition,
    region: homeRegion(vault.region, new pulumi.Config("aws").get("region")),
    tags: { "holdfast:environment": environment },
  };
}
