import assert from "node:assert/strict";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { allRules } from "../../policies/all-rules.ts";
import { type Case, document, of } from "./case.ts";
import { type Declared, judge } from "./judge.ts";
import { PERMISSION_CASES } from "./permission-cases.ts";

const bucket = of("aws:s3/bucket:Bucket");
const access = of("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
const encryption = of(
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
);
const bucketPolicy = of("aws:s3/bucketPolicy:BucketPolicy");
const lock = of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
const versioning = of("aws:s3/bucketVersioning:BucketVersioning");
const key = of("aws:kms/key:Key");
const task = of("aws:ecs/taskDefinition:TaskDefinition");
const schedule = of("aws:scheduler/schedule:Schedule");
const database = of("aws:rds/instance:Instance");
const logs = of("aws:cloudwatch/logGroup:LogGroup");
const topic = of("aws:sns/topic:Topic");
const queue = of("aws:sqs/queue:Queue");
const group = of("aws:ec2/securityGroup:SecurityGroup");

const allBlocked = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const sse = (sseAlgorithm: string, bucketKeyEnabled?: boolean) =>
  encryption({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm }, bucketKeyEnabled }] });
const root = { AWS: "arn:aws:iam::123456789012:root" };
const tls = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const container = (...environment: { name: string; value: string }[]) =>
  task({ containerDefinitions: JSON.stringify([{ name: "job", environment }]) });
const target = { retryPolicy: { maximumRetryAttempts: 2 }, deadLetterConfig: { arn: "arn:aws:sqs:x" } };
const tags = { "holdfast:environment": "prod", "holdfast:component": "ExportVault" };
const vault = (props: Declared["props"] = {}, protect = true) =>
  bucket({ tags, objectLockEnabled: true, ...props }, protect);
const accessLog = { ...tags, "holdfast:purpose": "access-log" };
const drill = { "holdfast:purpose": "drill" };
const recovery = { "holdfast:purpose": "recovery" };

const CASES: readonly Case[] = [
  [
    "bucket-outlives-the-stack",
    [
      bucket({ objectLockEnabled: true }, true),
      vault(),
      bucket({ forceDestroy: true }),
      bucket({ tags: accessLog, forceDestroy: true }),
    ],
    [
      [bucket({ objectLockEnabled: true }), /protect: true/],
      [bucket({ objectLockEnabled: true, forceDestroy: true }, true), /forceDestroy/],
      [vault({ objectLockEnabled: false }, false), /protect: true/],
      [vault({ objectLockEnabled: undefined, forceDestroy: true }), /forceDestroy/],
    ],
  ],
  [
    "bucket-is-private",
    [access(allBlocked)],
    Object.keys(allBlocked).map((name) => [access({ ...allBlocked, [name]: false }), new RegExp(name)]),
  ],
  [
    "bucket-is-encrypted",
    [sse("aws:kms", true), sse("AES256")],
    [
      [encryption({ rules: [] }), /add a rule/],
      [sse("aws:kms"), /bucketKeyEnabled/],
      [sse("none"), /sseAlgorithm/],
    ],
  ],
  [
    "bucket-takes-tls-only",
    [bucketPolicy({ policy: document(tls) })],
    [
      [bucketPolicy({ policy: document() }), /SecureTransport/],
      [bucketPolicy({ policy: document({ ...tls, Effect: "Allow" }) }), /SecureTransport/],
      [bucketPolicy({ policy: document({ ...tls, Action: "s3:GetObject" }) }), /SecureTransport/],
      [bucketPolicy({ policy: document({ ...tls, Principal: root }) }), /SecureTransport/],
      [bucketPolicy({ policy: "no json" }), /SecureTransport/],
    ],
  ],
  [
    "object-lock-stays-on",
    [
      lock({}),
      lock({ rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } }),
      vault(),
      bucket({ tags: accessLog, objectLockEnabled: false }),
      bucket({ tags: { ...tags, "holdfast:component": "Other" } }),
    ],
    [
      [vault({ objectLockEnabled: false }), /objectLockEnabled: true/],
      [vault({ objectLockEnabled: undefined }), /objectLockEnabled: true/],
      // The purpose excuses the log alone, and no lock is lost to a tag.
      [
        vault({ objectLockEnabled: false, tags: { ...tags, "holdfast:purpose": "vault" } }),
        /objectLockEnabled/,
      ],
      [lock({ objectLockEnabled: "Disabled" }), /Enabled/],
      [lock({ rule: { defaultRetention: { mode: "none", days: 1 } } }), /COMPLIANCE/],
      [lock({ rule: { defaultRetention: { mode: "COMPLIANCE" } } }), /days/],
    ],
  ],
  [
    "vault-is-versioned",
    [versioning({ versioningConfiguration: { status: "Enabled" } })],
    [[versioning({ versioningConfiguration: { status: "Suspended" } }), /Enabled/]],
  ],
  PERMISSION_CASES,
  [
    "no-plaintext-secrets",
    [
      container(
        { name: "AWS_REGION", value: "eu-central-1" },
        { name: "HOLDFAST_PLAN", value: '{"connection":{"env":"X"}}' },
      ),
      schedule({ target: { input: "{}" } }),
    ],
    [
      [container({ name: "URL", value: "postgres://user:hunter2@host/db" }), /looks like a secret/],
      [container({ name: "DATABASE_URL", value: "x" }), /variable DATABASE_URL/],
      [schedule({ target: { input: '{"key":"sbp_0123456789abcdef"}' } }), /`target`/],
    ],
  ],
  [
    "key-is-guarded",
    [key({ enableKeyRotation: true }, true), key({ customerMasterKeySpec: "ECC_NIST_P256" }, true)],
    [
      [key({ enableKeyRotation: true }), /protect/],
      [key({}, true), /enableKeyRotation/],
      [key({ enableKeyRotation: true, deletionWindowInDays: 7 }, true), /deletionWindowInDays/],
      [key({ enableKeyRotation: true, isEnabled: false }, true), /isEnabled/],
    ],
  ],
  [
    "database-is-private",
    [database({ storageEncrypted: true })],
    [
      [database({}), /storageEncrypted/],
      [database({ storageEncrypted: true, publiclyAccessible: true }), /publiclyAccessible/],
    ],
  ],
  [
    "drill-target-is-disposable",
    [
      database({ tags: drill, skipFinalSnapshot: true }),
      bucket({ tags: drill }),
      database({ tags: recovery, deletionProtection: true }, true),
    ],
    [
      [bucket({ tags: drill }, true), /protect/],
      [database({ tags: drill, skipFinalSnapshot: true, deletionProtection: true }), /deletionProtection/],
      [database({ tags: drill }), /skipFinalSnapshot/],
    ],
  ],
  [
    "recovery-target-is-protected",
    [database({ tags: recovery, deletionProtection: true }, true), database({ tags: drill })],
    [
      [database({ tags: recovery, deletionProtection: true }), /protect: true/],
      [database({ tags: recovery }, true), /deletionProtection/],
      [
        database({ tags: recovery, deletionProtection: true, skipFinalSnapshot: true }, true),
        /skipFinalSnapshot/,
      ],
    ],
  ],
  [
    "everything-is-tagged",
    [bucket({ tags }), bucketPolicy({})],
    [
      [bucket({}), /holdfast:environment and holdfast:component/],
      [queue({ tags: { "holdfast:environment": "prod" } }), /add the tags holdfast:component/],
    ],
  ],
  [
    "schedule-cannot-fail-silently",
    [schedule({ target, scheduleExpressionTimezone: "UTC" })],
    [
      [schedule({ target, scheduleExpressionTimezone: "Europe/Berlin" }), /UTC/],
      [schedule({ target, state: "DISABLED" }), /ENABLED/],
      [schedule({ target: { ...target, retryPolicy: undefined } }), /retryPolicy/],
      [schedule({ target: { ...target, deadLetterConfig: undefined } }), /deadLetterConfig/],
    ],
  ],
  [
    "logs-are-kept-encrypted",
    [logs({ retentionInDays: 90, kmsKeyId: "k" })],
    [
      [logs({ kmsKeyId: "k" }), /retentionInDays/],
      [logs({ retentionInDays: 0, kmsKeyId: "k" }), /retentionInDays/],
      [logs({ retentionInDays: 90 }), /kmsKeyId/],
    ],
  ],
  [
    "messages-are-encrypted",
    [topic({ kmsMasterKeyId: "k" }), queue({ sqsManagedSseEnabled: true }), queue({ kmsMasterKeyId: "k" })],
    [
      [topic({}), /kmsMasterKeyId/],
      [queue({}), /sqsManagedSseEnabled/],
    ],
  ],
  [
    "nothing-listens",
    [group({}), group({ ingress: [{ cidrBlocks: ["10.0.0.0/16"] }] })],
    [
      [group({ ingress: [{ cidrBlocks: ["0.0.0.0/0"] }] }), /inbound/],
      [group({ ingress: [{ ipv6CidrBlocks: ["::/0"] }] }), /inbound/],
    ],
  ],
];

const ofResources = allRules.filter(
  (policy): policy is ResourceValidationPolicy => "validateResource" in policy,
);

describe("policies over one resource", () => {
  it("each have their cases here", () => {
    assert.deepEqual(ofResources.map(({ name }) => name).toSorted(), CASES.map(([name]) => name).toSorted());
    assert.ok(allRules.every(({ enforcementLevel }) => enforcementLevel === "mandatory"));
  });

  for (const [name, keeps, breaks] of CASES) {
    const policy = ofResources.find((one) => one.name === name);
    it(`${name}: both ways`, async () => {
      assert.ok(policy);
      for (const declared of keeps)
        assert.deepEqual(await judge(policy, declared), [], JSON.stringify(declared));
      for (const [declared, problem] of breaks) {
        const reports = await judge(policy, declared);
        assert.equal(reports.length, 1, `${JSON.stringify(declared)}: ${reports.join("; ")}`);
        assert.match(reports[0] ?? "", problem);
        assert.doesNotMatch(reports[0] ?? "", /hunter2|sbp_/, "a report never holds a secret");
      }
    });
  }
});
