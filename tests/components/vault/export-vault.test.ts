import assert from "node:assert/strict";
import { lifecycleRules } from "../../../components/vault/lifecycle-rules.ts";
import { evaluatePolicy, type PolicyCall } from "../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, shippedPlan, smallPlan } from "../support/protection.ts";

const VAULT = "arn:aws:s3:::holdfast-prod-vault";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-vault-1234567`;
const REPLICA_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/keys-replica-1234567`;
const ESCROW = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
const role = (kind: string) => `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-${kind}`;

describe("ExportVault", () => {
  let declared: Declared;
  before(async () => {
    declared = await Declared.of(shippedPlan("prod"));
  });

  it("locks, versions, encrypts and closes the vault and its replica", () => {
    const sides = [
      { name: "vault-bucket", bucket: "holdfast-prod-vault", region: REGION, key: KEY },
      { name: "vault-replica", bucket: "holdfast-prod-vault-replica", region: "eu-west-1", key: REPLICA_KEY },
    ];
    for (const { name, bucket, region, key } of sides) {
      const of = { bucket, region };
      const inputs = (suffix: string) => declared.get(`${name}${suffix}`).inputs;
      assert.deepEqual(inputs(""), {
        ...of,
        objectLockEnabled: true,
        forceDestroy: false,
        tags: { "holdfast:environment": "prod", "holdfast:component": "ExportVault" },
      });
      assert.deepEqual(inputs("-versioning"), { ...of, versioningConfiguration: { status: "Enabled" } });
      assert.deepEqual(inputs("-lock"), {
        ...of,
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: { mode: "COMPLIANCE", days: 1 } },
      });
      assert.deepEqual(inputs("-encryption"), {
        ...of,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
            bucketKeyEnabled: true,
          },
        ],
      });
      assert.deepEqual(inputs("-public-access"), {
        ...of,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      assert.deepEqual(inputs("-ownership"), { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } });
      assert.deepEqual(inputs("-logging"), {
        ...of,
        targetBucket: `${bucket}-logs`,
        targetPrefix: `${bucket}/`,
      });
    }
  });

  it("keeps every bucket when the stack goes, and protects it", () => {
    for (const { name, protect, retainOnDelete, parent, inputs } of declared.of("aws:s3/bucket:Bucket")) {
      assert.deepEqual(
        { protect, retainOnDelete, parent },
        { protect: true, retainOnDelete: true, parent: "vault" },
      );
      assert.equal(inputs.forceDestroy, false, name);
    }
    const settings = declared.all.filter(({ type }) => /^aws:s3\/bucket[A-Z]/.test(type));
    assert.equal(settings.length, 29);
    for (const { name, retainOnDelete } of settings) assert.equal(retainOnDelete, true, name);
  });

  it("refuses plain HTTP, other encryption, deletion and the bypass of locks to everybody but who must", () => {
    const object = `${VAULT}/ordak/points/weekly/x/manifest.json`;
    const answer = (
      action: string,
      principal: string,
      context: PolicyCall["context"] = {},
      resource = object,
    ) =>
      evaluatePolicy(declared.statements("vault-bucket-policy"), {
        action,
        resource,
        context: {
          "aws:SecureTransport": "true",
          "s3:TlsVersion": "1.3",
          "aws:PrincipalArn": principal,
          ...context,
        },
      });
    const writer = role("writer");
    assert.equal(
      answer("s3:PutObject", writer),
      "refused",
      "neither denied nor allowed by the bucket itself",
    );
    assert.equal(answer("s3:PutObject", writer, { "aws:SecureTransport": "false" }), "denied");
    assert.equal(answer("s3:GetObject", writer, { "s3:TlsVersion": "1.1" }), "denied");
    const sse = "s3:x-amz-server-side-encryption";
    assert.equal(answer("s3:PutObject", writer, { [sse]: "AES256" }), "denied");
    assert.equal(answer("s3:PutObject", writer, { [sse]: "aws:kms" }), "refused");
    assert.equal(answer("s3:PutObject", writer, { [`${sse}-aws-kms-key-id`]: KEY }), "refused");
    assert.equal(answer("s3:PutObject", writer, { [`${sse}-aws-kms-key-id`]: REPLICA_KEY }), "denied");
    assert.equal(answer("s3:PutObject", writer, { [`${sse}-customer-algorithm`]: "AES256" }), "denied");
    for (const action of ["s3:DeleteObject", "s3:DeleteObjectVersion"]) {
      assert.equal(answer(action, writer), "denied");
      assert.equal(answer(action, role("restorer")), "denied");
      assert.equal(answer(action, `arn:aws:iam::${ACCOUNT}:root`), "denied");
      assert.equal(answer(action, role("sweeper")), "refused");
      assert.equal(answer(action, role("break-glass")), "refused");
    }
    assert.equal(answer("s3:BypassGovernanceRetention", role("sweeper")), "denied");
    assert.equal(answer("s3:BypassGovernanceRetention", role("break-glass")), "refused");
    assert.equal(answer("s3:DeleteBucket", writer, {}, VAULT), "denied");
    assert.ok(declared.statements("vault-bucket-policy").every(({ Effect }) => Effect === "Deny"));
  });

  it("expires verified points after their retention, replaced mirror versions after the bucket's, and nothing else", () => {
    const tidy = {
      id: "tidy",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
      expiration: { expiredObjectDeleteMarker: true },
    };
    const expire = (project: string, tier: string, days: number) => ({
      id: `${project}-${tier}-expire`,
      status: "Enabled",
      filter: { and: { prefix: `${project}/points/${tier}/`, tags: { verified: "true" } } },
      expiration: { days },
      noncurrentVersionExpiration: { noncurrentDays: 14 },
    });
    const watchState = {
      id: "watch-state",
      status: "Enabled",
      filter: { prefix: "reports/watch/" },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    };
    const rules = [
      tidy,
      watchState,
      expire("coppercore", "nightly", 30),
      expire("coppercore", "checkpoint", 30),
      expire("coppercore", "emergency", 30),
      expire("ordak", "weekly", 28),
      expire("ordak", "monthly", 186),
      {
        id: "ordak-monthly-move",
        status: "Enabled",
        filter: { and: { prefix: "ordak/points/monthly/", objectSizeGreaterThan: 131_072 } },
        transitions: [{ days: 30, storageClass: "GLACIER_IR" }],
      },
      expire("ordak", "checkpoint", 30),
      expire("ordak", "emergency", 30),
      {
        id: "ordak-storage-0-replaced",
        status: "Enabled",
        filter: { prefix: "ordak/storage/order_photos/" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ];
    for (const [name, bucket, region] of [
      ["vault-bucket-lifecycle", "holdfast-prod-vault", REGION],
      ["vault-replica-lifecycle", "holdfast-prod-vault-replica", "eu-west-1"],
    ] as const) {
      const { inputs } = declared.get(name);
      assert.deepEqual(inputs, {
        bucket,
        region,
        rules,
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      });
    }
  });

  it("moves points to a cheaper class only where its minimum days are lived out", () => {
    const classOf = (days: number) => {
      const [, ...rules] = lifecycleRules(
        smallPlan({}, { tiers: { nightly: { retain: { days } } } }).projects,
      );
      return rules.find(({ id }) => id === "orders-nightly-move")?.transitions;
    };
    assert.deepEqual([59, 60, 119, 120].map(classOf), [
      undefined,
      [{ days: 30, storageClass: "STANDARD_IA" }],
      [{ days: 30, storageClass: "STANDARD_IA" }],
      [{ days: 30, storageClass: "GLACIER_IR" }],
    ]);
  });

  it("refuses more rules than S3 takes", () => {
    const { projects } = smallPlan();
    const [project] = projects;
    assert.ok(project);
    // Three rules each, two for what is taken on demand alone, and two for the environment.
    const { nightly: _, ...onDemand } = project.tiers;
    const many = (count: number) =>
      lifecycleRules([{ ...project, tiers: onDemand }, ...Array.from({ length: count }, () => project)])
        .length;
    assert.equal(many(332), 1_000);
    assert.throws(() => many(333), { code: "VAULT_TOO_MANY_RULES", exitCode: 2 });
  });

  it("copies every version within 15 minutes, re-encrypted by the replica's key, and no deletion", () => {
    const { inputs, dependsOn } = declared.get("vault-replication");
    const time = { minutes: 15 };
    assert.deepEqual(inputs, {
      bucket: "holdfast-prod-vault",
      region: REGION,
      role: role("replicator"),
      rules: [
        {
          id: "everything",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: "arn:aws:s3:::holdfast-prod-vault-replica",
            storageClass: "STANDARD",
            replicationTime: { status: "Enabled", time },
            metrics: { status: "Enabled", eventThreshold: time },
            encryptionConfiguration: { replicaKmsKeyId: REPLICA_KEY },
          },
        },
      ],
    });
    for (const name of ["vault-bucket-versioning", "vault-replica-versioning"])
      assert.ok(dependsOn.includes(name));
  });

  it("lets S3 alone write the access log, which expires after 400 days", () => {
    const write = (context: PolicyCall["context"]) =>
      evaluatePolicy(declared.statements("vault-bucket-log-policy"), {
        action: "s3:PutObject",
        resource: `${VAULT}-logs/holdfast-prod-vault/x`,
        context: { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", ...context },
      });
    assert.equal(write({ "aws:SourceArn": VAULT, "aws:SourceAccount": ACCOUNT }), "allowed");
    assert.equal(write({ "aws:SourceArn": VAULT, "aws:SourceAccount": "999999999999" }), "refused");
    assert.equal(write({ "aws:SourceArn": "arn:aws:s3:::other", "aws:SourceAccount": ACCOUNT }), "refused");
    assert.deepEqual(declared.get("vault-bucket-log").inputs.tags, {
      "holdfast:environment": "prod",
      "holdfast:component": "ExportVault",
      "holdfast:purpose": "access-log",
    });
    const { inputs } = declared.get("vault-bucket-log-lifecycle");
    assert.deepEqual(inputs.rules, [
      {
        id: "expire",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { days: 400 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });

  it("declares no replica and no replicator without a replica region, and no default lock in mode none", async () => {
    const keys = { kms: "alias/holdfast-test", escrowPublicKey: ESCROW };
    const plain = await Declared.of(smallPlan({ lock: { mode: "none" }, keys }));
    assert.deepEqual(
      plain.of("aws:s3/bucket:Bucket").map(({ inputs }) => [inputs.bucket, inputs.objectLockEnabled]),
      [
        ["holdfast-test", true],
        ["holdfast-test-logs", false],
      ],
    );
    assert.equal(plain.of("aws:s3/bucketReplicationConfig:BucketReplicationConfig").length, 0);
    assert.equal(plain.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").length, 0);
    assert.ok(!plain.of("aws:iam/role:Role").some(({ name }) => name === "roles-replicator"));
  });

  it("uses S3's own encryption where the plan has an escrow key alone", async () => {
    const plain = await Declared.of(smallPlan({ keys: { escrowPublicKey: ESCROW } }));
    assert.deepEqual(plain.get("vault-bucket-encryption").inputs.rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });
});
