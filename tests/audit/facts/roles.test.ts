import assert from "node:assert/strict";
import type { IAM } from "@aws-sdk/client-iam";
import type { AuditedService } from "../../../audit/audit-aws.ts";
import { rolesSource } from "../../../audit/facts/roles.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const WRITER = "holdfast-<env>-writer";
const roleOf = ({ plan }: AuditedStack, kind = "writer") => ({
  RoleName: `holdfast-${plan.environment}-${kind}`,
});
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const GUARDED = "DenyDelete";

function allow(Action: string | string[], Resource: string | string[] = "*", more: object = {}): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource, ...more } });
}

/** A stranger's role with one policy, in an account whose bucket and keys protect themselves or do not. */
function stranger(
  what: string,
  findings: readonly string[],
  policy: (stack: AuditedStack) => string,
  weakened: "bucket" | "key" | "nothing",
): Drift {
  let bucketPolicy = "";
  let keyPolicy = "";
  const at = ({ plan }: AuditedStack) => ({ Bucket: plan.vault.bucket });
  const name = ({ plan }: AuditedStack) => `stranger-${plan.environment}`;
  const keyId = async ({ kms, plan }: AuditedStack) =>
    (await kms.describeKey({ KeyId: plan.vault.keys.kms })).KeyMetadata?.KeyId ?? "";
  return {
    what,
    findings,
    async make(stack) {
      const RoleName = name(stack);
      await stack.iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
      await stack.iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: policy(stack) });
      bucketPolicy = (await stack.s3.getBucketPolicy(at(stack))).Policy ?? "";
      const KeyId = await keyId(stack);
      keyPolicy = (await stack.kms.getKeyPolicy({ KeyId, PolicyName: "default" })).Policy ?? "";
      if (weakened === "bucket") {
        const { Statement, ...document } = JSON.parse(bucketPolicy);
        const kept = Statement.filter(({ Sid }: { Sid: string }) => Sid !== GUARDED);
        await stack.s3.putBucketPolicy({
          ...at(stack),
          Policy: JSON.stringify({ ...document, Statement: kept }),
        });
      }
      if (weakened === "key") {
        const { Statement, ...document } = JSON.parse(keyPolicy);
        const Policy = JSON.stringify({ ...document, Statement: Statement.slice(0, 1) });
        await stack.kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy });
      }
    },
    async back(stack) {
      await stack.iam.deleteRolePolicy({ RoleName: name(stack), PolicyName: "own" });
      await stack.iam.deleteRole({ RoleName: name(stack) });
      if (weakened === "bucket") await stack.s3.putBucketPolicy({ ...at(stack), Policy: bucketPolicy });
      if (weakened === "key")
        await stack.kms.putKeyPolicy({ KeyId: await keyId(stack), PolicyName: "default", Policy: keyPolicy });
    },
  };
}

/** IAM that tells its lists one page later, as it may with few policies too. */
function pagingIam(iam: IAM): IAM {
  const later = (call: (input: object) => Promise<object>) => async (input: { readonly Marker?: string }) =>
    input.Marker === "1" ? await call({ ...input, Marker: undefined }) : { IsTruncated: true, Marker: "1" };
  return new Proxy(iam, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const call = value.bind(target);
      return name === "listRolePolicies" || name === "listAttachedRolePolicies" ? later(call) : call;
    },
  });
}

describe("audit of roles", () => {
  let policy = "";
  let trust = "";
  const objects = ({ plan }: AuditedStack) => `arn:aws:s3:::${plan.vault.bucket}/orders/*`;
  testDrifts(rolesSource, [
    {
      what: "a role that may more",
      findings: [`roles.policy/${WRITER}: also allows by statement 1`],
      async make(stack) {
        const of = { ...roleOf(stack), PolicyName: "writer" };
        policy = decodeURIComponent((await stack.iam.getRolePolicy(of)).PolicyDocument ?? "");
        const { Statement, ...document } = JSON.parse(policy);
        const more = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
        const PolicyDocument = JSON.stringify({ ...document, Statement: [more, ...Statement] });
        await stack.iam.putRolePolicy({ ...of, PolicyDocument });
      },
      back: (stack) =>
        stack.iam.putRolePolicy({ ...roleOf(stack), PolicyName: "writer", PolicyDocument: policy }),
    },
    {
      what: "a role without its policy",
      findings: [`roles.policy/${WRITER}: absent`],
      make: (stack) => stack.iam.deleteRolePolicy({ ...roleOf(stack), PolicyName: "writer" }),
      back: (stack) =>
        stack.iam.putRolePolicy({ ...roleOf(stack), PolicyName: "writer", PolicyDocument: policy }),
    },
    {
      what: "a role that others may take on",
      findings: [`roles.trust/${WRITER}: without TrustServices; also allows by statement 1 for 1 h`],
      async make(stack) {
        const { Role } = await stack.iam.getRole(roleOf(stack));
        trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
        await stack.iam.updateAssumeRolePolicy({ ...roleOf(stack), PolicyDocument: TRUST });
      },
      back: (stack) => stack.iam.updateAssumeRolePolicy({ ...roleOf(stack), PolicyDocument: trust }),
    },
    {
      what: "another policy within a role",
      findings: [`roles.others/${WRITER}: more`],
      make: (stack) =>
        stack.iam.putRolePolicy({
          ...roleOf(stack),
          PolicyName: "more",
          PolicyDocument: allow("ec2:DescribeInstances"),
        }),
      back: (stack) => stack.iam.deleteRolePolicy({ ...roleOf(stack), PolicyName: "more" }),
    },
    {
      what: "a role that was made an administrator, whom bucket and keys still keep out",
      findings: [`roles.others/${WRITER}: ${ADMIN}`],
      make: (stack) => stack.iam.attachRolePolicy({ ...roleOf(stack), PolicyArn: ADMIN }),
      back: (stack) => stack.iam.detachRolePolicy({ ...roleOf(stack), PolicyArn: ADMIN }),
    },
    stranger("no stranger whom the bucket and the keys keep out", [], () => allow("*"), "nothing"),
    stranger(
      "a stranger who can delete, once the bucket's policy lets them",
      ["access.delete-versions: also role/stranger-<env>"],
      (stack) => allow(["s3:Delete*"], objects(stack)),
      "bucket",
    ),
    stranger(
      "no stranger who may delete elsewhere",
      [],
      () => allow(["s3:DeleteObjectVersion"], "arn:aws:s3:::elsewhere/*"),
      "bucket",
    ),
    stranger(
      "a stranger who can end the key, once its policy lets them",
      ["access.end-keys/alias/<env> in eu-west-2: also role/stranger-<env>"],
      () => JSON.stringify({ Statement: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }] }),
      "key",
    ),
  ]);

  it("tells a user who has it from a group or from a policy of the account's own", async () => {
    const stack = await auditedStack();
    const { environment } = stack.plan;
    const Bucket = stack.plan.vault.bucket;
    const name = `user-${environment}`;
    const { Policy: was } = await stack.s3.getBucketPolicy({ Bucket });
    const { Policy } = await stack.iam.createPolicy({
      ...{ PolicyName: name, PolicyDocument: allow("s3:BypassGovernanceRetention", objects(stack)) },
    });
    const PolicyArn = Policy?.Arn;
    await stack.iam.createGroup({ GroupName: name });
    await stack.iam.attachGroupPolicy({ GroupName: name, PolicyArn });
    await stack.iam.createUser({ UserName: name });
    await stack.iam.addUserToGroup({ GroupName: name, UserName: name });
    await stack.s3.deleteBucketPolicy({ Bucket });
    try {
      assert.deepEqual(await stack.findings(rolesSource), ["access.bypass-locks: also user/user-<env>"]);
    } finally {
      await stack.s3.putBucketPolicy({ Bucket, Policy: was });
      await stack.iam.removeUserFromGroup({ GroupName: name, UserName: name });
      await stack.iam.deleteUser({ UserName: name });
      await stack.iam.detachGroupPolicy({ GroupName: name, PolicyArn });
      await stack.iam.deleteGroup({ GroupName: name });
      await stack.iam.deletePolicy({ PolicyArn });
    }
    assert.deepEqual(await stack.findings(rolesSource), []);
  });

  it("finds policies of a role on later pages too", async () => {
    const stack = await auditedStack();
    const base = stack.context().aws;
    const client = async (service: AuditedService, region?: string) =>
      service === "iam" ? pagingIam(stack.iam) : await base.client(service, region);
    const aws = { ...base, client: client as typeof base.client };
    const PolicyName = "more";
    assert.deepEqual(await stack.findings(rolesSource, { aws }), []);
    await stack.iam.putRolePolicy({
      ...{ ...roleOf(stack), PolicyName, PolicyDocument: allow("ec2:DescribeInstances") },
    });
    await stack.iam.attachRolePolicy({ ...roleOf(stack), PolicyArn: ADMIN });
    try {
      assert.deepEqual(await stack.findings(rolesSource, { aws }), [
        `roles.others/${WRITER}: ${ADMIN}, more`,
      ]);
    } finally {
      await stack.iam.deleteRolePolicy({ ...roleOf(stack), PolicyName });
      await stack.iam.detachRolePolicy({ ...roleOf(stack), PolicyArn: ADMIN });
    }
  });
});
