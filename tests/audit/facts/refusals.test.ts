import assert from "node:assert/strict";
import { S3Client } from "@aws-sdk/client-s3";
import type { AuditFact } from "../../../audit/audit-fact.ts";
import { alarmsSource } from "../../../audit/facts/alarms.ts";
import { keysSource } from "../../../audit/facts/keys.ts";
import { rolesSource } from "../../../audit/facts/roles.ts";
import { schedulesSource } from "../../../audit/facts/schedules.ts";
import { vaultBucketSource } from "../../../audit/facts/vault-bucket.ts";
import { createAws } from "../../support/servers.ts";
import { auditedStack } from "../support/audited-stack.ts";

const denied = () =>
  Promise.reject(
    Object.assign(new Error("User is not authorized"), {
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    }),
  );
/** Any call of any service, refused as AWS refuses it. */
const refusing = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : denied) });

/** What could not be learnt, by the permission that it takes. */
function permissions(facts: readonly AuditFact[]): string[] {
  return [...new Set(facts.map(({ verdict, actual }) => `${verdict} ${actual}`))].toSorted();
}

describe("an audit that may not look", () => {
  before(async function () {
    this.timeout(240_000);
    await auditedStack();
  });

  it("names what it may not, and passes nothing", async () => {
    const stack = await auditedStack();
    const base = stack.context().aws;
    const client = (service: string, region?: string) =>
      service === "sts" ? base.client("sts", region) : Promise.resolve(refusing);
    const aws = { ...base, client: client as typeof base.client };
    const told = async (source: typeof keysSource) => permissions(await stack.facts(source, { aws }));
    const refused = (permission: string) => `PARTIAL not known: ${permission} is refused`;
    assert.deepEqual(await told(keysSource), [refused("kms:DescribeKey")]);
    assert.deepEqual(await told(schedulesSource), [
      refused("scheduler:GetSchedule"),
      refused("scheduler:ListSchedules"),
    ]);
    assert.deepEqual(await told(alarmsSource), [
      refused("cloudwatch:DescribeAlarms"),
      refused("events:DescribeRule"),
      refused("events:ListTargetsByRule"),
      refused("kms:DescribeKey"),
      refused("sns:GetTopicAttributes"),
      refused("sns:ListSubscriptionsByTopic"),
    ]);
    assert.deepEqual(await told(rolesSource), [
      refused("iam:GetAccountAuthorizationDetails"),
      refused("iam:GetRole"),
      refused("iam:GetRolePolicy"),
      refused("iam:ListRolePolicies"),
    ]);
    const [fact] = await stack.facts(keysSource, { aws });
    const { environment } = stack.plan;
    assert.equal(
      fact?.fix,
      `Audit with the role holdfast-${environment}-auditor, or allow kms:DescribeKey to whoever audits.`,
    );
  });

  it("compares nothing with a key that it may not see", async () => {
    const stack = await auditedStack();
    const base = stack.context().aws;
    const client = (service: string, region?: string) =>
      service === "kms" ? Promise.resolve(refusing) : base.client(service as "sts", region);
    const facts = await stack.facts(vaultBucketSource, {
      aws: { ...base, client: client as typeof base.client },
    });
    const rest = facts.filter(({ verdict }) => verdict !== "PASS");
    assert.deepEqual(
      rest.map(({ id, verdict }) => `${verdict} ${id.split("/")[0]}`),
      ["PARTIAL vault.encryption.key", "PARTIAL vault.policy"],
    );
  });

  it("does not know what a task runs where it may not see definitions", async () => {
    const stack = await auditedStack();
    const base = stack.context().aws;
    const client = (service: string) =>
      service === "ecs" ? Promise.resolve(refusing) : base.client(service as "sts");
    const facts = await stack.facts(schedulesSource, {
      aws: { ...base, client: client as typeof base.client },
    });
    const rest = facts.filter(({ verdict }) => verdict !== "PASS");
    assert.deepEqual(permissions(rest), ["PARTIAL not known: ecs:DescribeTaskDefinition is refused"]);
    assert.ok(rest.length > 0 && rest.every(({ id }) => id.startsWith("schedules.task/")));
  });

  it("ends with what AWS said when there is no answer at all", async () => {
    const stack = await auditedStack();
    const dead = await createAws();
    await dead.server.stop();
    const s3 = new S3Client({
      ...{ endpoint: dead.endpoint, region: dead.region, forcePathStyle: true, maxAttempts: 1 },
    });
    await assert.rejects(stack.facts(vaultBucketSource, { vault: { ...stack.vault, s3 } }), {
      code: "AWS_CALL_FAILED",
      message: /s3:ListBucket is for: ECONNREFUSED/,
    });
    s3.destroy();
  });
});
