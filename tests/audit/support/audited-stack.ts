import { randomBytes } from "node:crypto";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { ECS } from "@aws-sdk/client-ecs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { auditAws } from "../../../audit/audit-aws.ts";
import type { AuditContext } from "../../../audit/audit-context.ts";
import type { AuditFact } from "../../../audit/audit-fact.ts";
import type { AuditSource } from "../../../audit/audit-source.ts";
import { ProtectedEnvironment } from "../../../components/protected-environment.ts";
import { HOLDFAST_VERSION } from "../../../jobs/holdfast-version.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { openVault } from "../../../vault/open-vault.ts";
import type { Vault } from "../../../vault/vault.ts";
import { AwsStack } from "../../sandbox/plugins/aws/support/aws-stack.ts";
import { getAws } from "../../support/servers.ts";
import { createEscrowKeys } from "../../support/vaults.ts";

/** The whole stack of a plan, applied to the test's AWS, and the APIs to change things behind its back. */
export interface AuditedStack {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  readonly s3: S3;
  readonly replicaS3: S3;
  readonly kms: KMS;
  readonly iam: IAM;
  readonly scheduler: Scheduler;
  readonly cloudwatch: CloudWatch;
  readonly ecs: ECS;
  readonly sfn: SFN;
  readonly events: EventBridge;
  readonly replicaEvents: EventBridge;
  readonly sns: SNS;
  context(overrides?: Partial<AuditContext>): AuditContext;
  /** Asks one source anew. */
  facts(source: AuditSource, overrides?: Partial<AuditContext>): Promise<AuditFact[]>;
  /** `id: actual` of what does not pass, with `<env>` for the environment's name. */
  findings(source: AuditSource, overrides?: Partial<AuditContext>): Promise<string[]>;
}

let stack: Promise<AuditedStack> | undefined;
let mapped: Promise<AuditedStack> | undefined;

/** One stack for all tests of a run: each puts back what it changes. */
export function auditedStack(): Promise<AuditedStack> {
  stack ??= applyStack();
  return stack;
}

/** Another, of two projects whose points are taken by maps, two at once. */
export function mappedStack(): Promise<AuditedStack> {
  mapped ??= applyStack({ job: { concurrency: 2 }, projects: [ORDERS, { ...ORDERS, name: "stock" }] });
  return mapped;
}

const ORDERS = {
  ...{ name: "orders", kind: "postgres", connection: { env: "ORDERS_DATABASE_URL" } },
  tiers: {
    nightly: { schedule: "0 2 * * *", scope: "full", retain: { days: 30 } },
    monthly: { schedule: "0 4 1 * *", scope: "full", retain: { days: 186 } },
  },
};

async function applyStack(beside: object = {}): Promise<AuditedStack> {
  const aws = await getAws();
  const { escrowPublicKeyFile } = await createEscrowKeys();
  const name = `audit-${randomBytes(4).toString("hex")}`;
  const written = {
    environment: name,
    vault: {
      bucket: `${name}-vault`,
      region: aws.region,
      replicaRegion: aws.replicaRegion,
      endpoint: aws.endpoint,
      kmsEndpoint: aws.endpoint,
      lock: { mode: "governance", days: 400 },
      keys: {
        kms: `alias/${name}`,
        replicaKms: `alias/${name}-replica`,
        escrowPublicKey: { file: escrowPublicKeyFile },
        signing: { kms: `alias/${name}-evidence` },
      },
    },
    alerts: {
      topics: { critical: { emails: ["on-call@example.com"] }, warning: { emails: ["team@example.com"] } },
    },
    projects: [ORDERS],
    ...beside,
  };
  const plan = parsePlan(written, "the test's plan");
  const applied = await AwsStack.open();
  process.once("exit", () => applied.project.remove());
  await applied.up(async () => {
    new ProtectedEnvironment(`holdfast-${name}`, { plan, written, version: HOLDFAST_VERSION });
  });
  const settings = { endpoint: aws.endpoint, region: aws.region };
  const vault = await openVault({ ...plan.vault, environment: name }, { clock: () => new Date() });
  const context = (overrides: Partial<AuditContext> = {}): AuditContext => ({
    ...{ plan, vault, aws: auditAws(plan.vault), planOptions: `--stack ${name}`, stack: name },
    api: () => Promise.reject(new Error("no Supabase here")),
    evidence: () => Promise.reject(new Error("no evidence here")),
    clock: () => new Date(),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...overrides,
  });
  const facts = async (source: AuditSource, overrides?: Partial<AuditContext>): Promise<AuditFact[]> => {
    const known = process.env.AWS_ENDPOINT_URL;
    process.env.AWS_ENDPOINT_URL = aws.endpoint;
    const own = context(overrides);
    const found: AuditFact[] = [];
    try {
      for await (const fact of source.read(own)) found.push(fact);
      return found;
    } finally {
      own.aws.close();
      if (known === undefined) delete process.env.AWS_ENDPOINT_URL;
      else process.env.AWS_ENDPOINT_URL = known;
    }
  };
  return {
    ...{ plan, vault, context, facts },
    s3: new S3({ ...settings, forcePathStyle: true }),
    replicaS3: new S3({ ...settings, region: aws.replicaRegion, forcePathStyle: true }),
    kms: new KMS(settings),
    iam: new IAM(settings),
    scheduler: new Scheduler(settings),
    cloudwatch: new CloudWatch(settings),
    ecs: new ECS(settings),
    sfn: new SFN(settings),
    events: new EventBridge(settings),
    replicaEvents: new EventBridge({ ...settings, region: aws.replicaRegion }),
    sns: new SNS(settings),
    findings: async (source, overrides) =>
      (await facts(source, overrides))
        .filter(({ verdict }) => verdict !== "PASS")
        .map(({ id, actual }) => `${id}: ${actual}`.replaceAll(name, "<env>")),
  };
}
