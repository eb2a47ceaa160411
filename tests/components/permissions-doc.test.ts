import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ProtectedEnvironment } from "../../components/protected-environment.ts";
import { recordStack } from "../support/record-stack.ts";
import { shippedPlan } from "./support/protection.ts";

const DOCUMENT = join(import.meta.dirname, "../../docs/permissions.md");

/** How the document names the service that a module of the provider calls. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: "CloudWatch",
  ec2: "EC2",
  ecr: "ECR",
  ecs: "ECS",
  iam: "IAM",
  kms: "KMS",
  s3: "S3",
  scheduler: "EventBridge Scheduler",
  secretsmanager: "Secrets Manager",
  sfn: "Step Functions",
  sns: "SNS",
  sqs: "SQS",
};

describe("docs/permissions.md", () => {
  it("says what applying needs of each service that the stack has resources of", async () => {
    const { job, ...shipped } = shippedPlan("prod");
    // With all that a plan can add to the stack.
    const plan = { ...shipped, job: { ...job, concurrency: 5 } };
    const escrow = { ...plan.vault, keys: { ...plan.vault.keys, escrowPublicKey: "a public key" } };
    const written = { ...plan, vault: escrow };
    const declared = await recordStack(
      () => new ProtectedEnvironment("prod", { plan, written, version: "1.0.0" }),
    );
    const modules = new Set(
      declared.flatMap(({ type }) => /^aws:([^/]+)\//.exec(type)?.slice(1) ?? []).toSorted(),
    );
    const rows = readFileSync(DOCUMENT, "utf8").matchAll(/^\| ([A-Z][\w ]+) \| `/gm);
    const documented = new Set([...rows].map(([, service]) => service));
    assert.deepEqual([...modules], Object.keys(SERVICES));
    for (const module of modules) assert.ok(documented.has(SERVICES[module]), module);
    // Rules are events, and groups are logs, though the provider has them with alarms.
    for (const service of ["EventBridge", "CloudWatch Logs"]) assert.ok(documented.has(service), service);
  });
});
