import assert from "node:assert/strict";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { BUCKET, KEY, prodRoles } from "./support/prod-roles.ts";

describe("the policies of the roles that look and tidy", () => {
  const { answer } = prodRoles();

  it("let the auditor see the environment's schedules, rules and roles, and change none of them", () => {
    const at = (service: string, rest: string, region = REGION) =>
      `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
    const seen: readonly (readonly [string, string])[] = [
      ["scheduler:GetSchedule", at("scheduler", "schedule/holdfast-prod/ordak.weekly")],
      ["ecs:DescribeTaskDefinition", "*"],
      ["states:DescribeStateMachine", at("states", "stateMachine:holdfast-prod_0_2_x_x_x-nightly")],
      ["events:DescribeRule", at("events", "rule/holdfast-prod-keys")],
      ["events:ListTargetsByRule", at("events", "rule/holdfast-prod-tasks")],
      ["sns:ListSubscriptionsByTopic", at("sns", "holdfast-prod-critical")],
      ["sns:GetTopicAttributes", at("sns", "holdfast-prod-critical")],
      ["iam:GetRole", at("iam", "role/holdfast-prod-writer", "")],
      ["iam:GetRolePolicy", at("iam", "role/holdfast-prod-writer", "")],
      ["iam:ListRolePolicies", at("iam", "role/holdfast-prod-writer", "")],
      ["iam:ListAttachedRolePolicies", at("iam", "role/holdfast-prod-writer", "")],
      ["iam:GetAccountAuthorizationDetails", "*"],
      ["cloudwatch:DescribeAlarms", "*"],
      ["cloudwatch:DescribeAlarmHistory", at("cloudwatch", "alarm:holdfast-prod-canary")],
      ["kms:ListGrants", KEY],
      ["s3:GetReplicationConfiguration", BUCKET],
      ["s3:GetBucketPolicy", `${BUCKET}-logs`],
      ["s3:ListBucket", `${BUCKET}-logs`],
    ];
    for (const [action, resource] of seen)
      assert.equal(answer("auditor", { action, resource }), "allowed", action);
    const named = { "kms:ResourceAliases": ["alias/holdfast-prod-operations"] };
    const other = { "kms:ResourceAliases": ["alias/payroll"] };
    for (const action of ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"]) {
      const operations = { action, resource: at("kms", "key/0000") };
      assert.equal(answer("auditor", { ...operations, context: named }), "allowed", action);
      assert.equal(answer("auditor", { ...operations, context: other }), "refused", action);
    }
    const never: readonly (readonly [string, string])[] = [
      ["scheduler:GetSchedule", at("scheduler", "schedule/holdfast-staging/ordak.weekly")],
      ["scheduler:UpdateSchedule", at("scheduler", "schedule/holdfast-prod/ordak.weekly")],
      ["ecs:RegisterTaskDefinition", "*"],
      ["states:DescribeStateMachine", at("states", "stateMachine:holdfast-staging_0_2_x_x_x-nightly")],
      ["states:UpdateStateMachine", at("states", "stateMachine:holdfast-prod_0_2_x_x_x-nightly")],
      ["events:PutRule", at("events", "rule/holdfast-prod-keys")],
      ["sns:GetTopicAttributes", at("sns", "holdfast-staging-critical")],
      ["sns:GetTopicAttributes", at("sns", "payroll")],
      ["sns:SetTopicAttributes", at("sns", "holdfast-prod-critical")],
      ["iam:GetRole", at("iam", "role/other", "")],
      ["iam:PutRolePolicy", at("iam", "role/holdfast-prod-writer", "")],
      ["kms:PutKeyPolicy", KEY],
      ["s3:PutLifecycleConfiguration", BUCKET],
      ["s3:GetObject", `${BUCKET}/ordak/points/weekly/x/data/public.orders/0`],
      ["s3:GetObject", `${BUCKET}-logs/2026-01-01`],
      ["s3:PutBucketPolicy", `${BUCKET}-logs`],
    ];
    for (const [action, resource] of never)
      assert.equal(answer("auditor", { action, resource }), "refused", action);
  });

  it("let the sweeper end uploads to mirrors and clear their index, and touch no mirrored object", () => {
    const asked = (action: string, path: string) =>
      answer("sweeper", { action: `s3:${action}`, resource: `${BUCKET}/ordak/${path}` });
    const object = "storage/order_photos/ab/abcd";
    const segment = "storage-index/order_photos/run/000000";
    const record = "storage-runs/order_photos/0000000001";
    for (const path of [object, segment, record])
      for (const action of ["AbortMultipartUpload", "ListMultipartUploadParts"])
        assert.equal(asked(action, path), "allowed", `${action} ${path}`);
    assert.equal(asked("DeleteObjectVersion", segment), "allowed");
    assert.equal(asked("GetObjectVersion", record), "allowed");
    for (const action of ["GetObject", "GetObjectVersion", "DeleteObject", "DeleteObjectVersion"])
      assert.equal(asked(action, object), "refused", action);
    assert.equal(asked("DeleteObjectVersion", record), "refused");
  });

  it("let the watcher remember and see manifests, and read or write nothing else", () => {
    const asked = (action: string, path: string) =>
      answer("watcher", { action: `s3:${action}`, resource: `${BUCKET}/${path}` });
    const memory = "reports/watch/prod.json";
    const manifest = "ordak/points/weekly/x/manifest.json";
    const evidence = "evidence/prod/0000000001.json";
    for (const path of [memory, evidence])
      for (const action of ["GetObject", "PutObject"]) assert.equal(asked(action, path), "allowed", path);
    assert.equal(asked("GetObject", manifest), "allowed");
    for (const path of [manifest, "reports/other.json", "ordak/points/weekly/x/data/t/0"])
      assert.equal(asked("PutObject", path), "refused", path);
    for (const path of ["ordak/points/weekly/x/data/t/0", "ordak/storage/order_photos/ab/abcd"])
      assert.equal(asked("GetObject", path), "refused", path);
    for (const prefix of ["reports/", "ordak/", "evidence/prod/"]) {
      const call = { action: "s3:ListBucketVersions", resource: BUCKET, context: { "s3:prefix": prefix } };
      assert.equal(answer("watcher", call), "allowed", prefix);
      assert.equal(
        answer("writer", { ...call, action: "s3:ListBucket" }),
        prefix.startsWith("e") ? "allowed" : "refused",
      );
    }
  });
});
