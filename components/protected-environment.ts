import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../plan/protection-plan.ts";
import { Roles } from "./iam/roles.ts";
import { JobRuntime } from "./jobs/job-runtime.ts";
import { JobSecrets } from "./jobs/job-secrets.ts";
import { jobSecretNames, ProjectJobs } from "./jobs/project-jobs.ts";
import { Alarms } from "./monitoring/alarms.ts";
import { AlertTopics } from "./monitoring/alert-topics.ts";
import { Dashboard } from "./monitoring/dashboard.ts";
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
    this.topics = new AlertTopics(`${name}-alerts`, { environment, alerts, operationsKeyArn, facts }, inside);
    const { topicArns } = this.topics;
    const { deadLetterQueueName } = runtime;
    new Alarms(`${name}-alarms`, { plan, topicArns, keys, deadLetterQueueName, facts }, inside);
    new Dashboard(`${name}-dashboard`, { plan, facts }, inside);
    this.registerOutputs({ bucket: this.vault.bucketName });
  }
}

function factsOf({ environment, vault }: ProtectionPlan, inside: pulumi.InvokeOptions): StackFacts {
  return {
    accountId: getCallerIdentityOutput({}, inside).accountId,
    partition: getPartitionOutput({}, inside).partition,
    region: new pulumi.Config("aws").get("region") ?? vault.region,
    tags: { "holdfast:environment": environment },
  };
}
