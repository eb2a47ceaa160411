import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Roles } from "../../../components/iam/roles.ts";
import { Alarms } from "../../../components/monitoring/alarms.ts";
import { AlertTopics } from "../../../components/monitoring/alert-topics.ts";
import { Dashboard } from "../../../components/monitoring/dashboard.ts";
import { ReplicaCalls } from "../../../components/monitoring/replica-calls.ts";
import type { StackFacts } from "../../../components/stack-facts.ts";
import { ExportVault } from "../../../components/vault/export-vault.ts";
import { OperationsKey } from "../../../components/vault/operations-key.ts";
import { VaultKeys } from "../../../components/vault/vault-keys.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { ACCOUNT, REGION, type RecordedResource, recordStack } from "../../support/record-stack.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The plan that is shipped for a stack. */
export function shippedPlan(stack: "prod" | "staging"): ProtectionPlan {
  const file = join(ROOT, `Pulumi.${stack}.yaml`);
  return parsePlan(parse(readFileSync(file, "utf8")).config["holdfast:plan"], file);
}

/** A plan that says only what it must, and what a test adds to the vault and its project. */
export function smallPlan(vault: object = {}, project: object = {}): ProtectionPlan {
  return parsePlan(
    {
      environment: "test",
      vault: { bucket: "holdfast-test", region: REGION, keys: { kms: "alias/holdfast-test" }, ...vault },
      projects: [
        { name: "orders", kind: "postgres", connection: { env: "ORDERS_DATABASE_URL" }, ...project },
      ],
    },
    "the test's plan",
  );
}

export function testFacts({ environment }: ProtectionPlan): StackFacts {
  return {
    accountId: pulumi.output(ACCOUNT),
    partition: pulumi.output("aws"),
    region: REGION,
    tags: { "holdfast:environment": environment },
  };
}

export type Program = (plan: ProtectionPlan, facts: StackFacts) => unknown;

/** Keys, roles, buckets, topics and alarms of a plan, wired as a stack wires them. */
export const declareProtection: Program = (plan, facts) => {
  const { environment, vault, projects, alerts } = plan;
  const keys = new VaultKeys("keys", { environment, vault, facts });
  const operations = new OperationsKey("operations", { environment, facts });
  const operationsKeyArn = operations.keyArn;
  const secretArns = [
    `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:holdfast/${environment}/DATABASE_URL`,
  ];
  const common = { environment, vault, projects, keys, facts };
  const { supabase, drills } = plan;
  const roles = new Roles("roles", { ...common, operationsKeyArn, secretArns, supabase, alerts, drills });
  new ExportVault("vault", { ...common, replicatorRoleArn: roles.replicator?.arn });
  const topics = new AlertTopics("alerts", { environment, alerts, operationsKeyArn, facts });
  const deadLetterQueueName = `holdfast-${environment}-dead-letters`;
  const clusterArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/holdfast-${environment}`;
  const { topicArns } = topics;
  new Alarms("alarms", { plan, topicArns, keys, deadLetterQueueName, clusterArn, facts });
  const { replicaRegion } = vault;
  if (roles.forwarder && replicaRegion) {
    const forwarderRoleArn = roles.forwarder.arn;
    new ReplicaCalls("replica-calls", { plan, replicaRegion, keys, forwarderRoleArn, facts });
  }
  new Dashboard("dashboard", { plan, facts });
};

/** What a plan makes a program register, by name. */
export class Declared {
  readonly all: readonly RecordedResource[];

  constructor(all: readonly RecordedResource[]) {
    this.all = all;
  }

  static async of(plan: ProtectionPlan, program: Program = declareProtection): Promise<Declared> {
    return new Declared(await recordStack(() => program(plan, testFacts(plan))));
  }

  /** How many of each type, without those named. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.all) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  get(name: string): RecordedResource {
    const [found, ...others] = this.all.filter((resource) => resource.name === name);
    if (found === undefined || others.length > 0)
      throw new Error(
        `${others.length + 1} or no ${name} among ${this.all.map((one) => one.name).join(", ")}`,
      );
    return found;
  }

  of(type: string): readonly RecordedResource[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /** The statements of a policy document among the inputs. */
  statements(name: string, input = "policy"): Statement[] {
    return JSON.parse(String(this.get(name).inputs[input])).Statement;
  }
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
