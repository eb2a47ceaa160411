import assert from "node:assert/strict";
import type {
  LifecycleRule,
  LoggingEnabled,
  ObjectLockConfiguration,
  ObjectOwnership,
  S3,
  ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import { vaultBucketSource } from "../../../audit/facts/vault-bucket.ts";
import { createBucket } from "../../support/vaults.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

type Bucketed = Pick<AuditedStack, "s3" | "plan">;
const bucketOf = ({ plan }: Bucketed) => ({ Bucket: plan.vault.bucket });

/** A drift of one setting: what it is now is what it is put back to. */
function changing<Value>(
  what: string,
  findings: readonly string[],
  setting: {
    read(s3: S3, bucket: { Bucket: string }): Promise<Value>;
    write(s3: S3, bucket: { Bucket: string }, value: Value): Promise<unknown>;
    change(value: Value, stack: AuditedStack): Value;
    remove?(s3: S3, bucket: { Bucket: string }): Promise<unknown>;
  },
): Drift {
  let was: Value;
  return {
    what,
    findings,
    async make(stack) {
      was = await setting.read(stack.s3, bucketOf(stack));
      if (setting.remove) return setting.remove(stack.s3, bucketOf(stack));
      return setting.write(stack.s3, bucketOf(stack), setting.change(structuredClone(was), stack));
    },
    back: (stack) => setting.write(stack.s3, bucketOf(stack), was),
  };
}

const lock = {
  read: async (s3: S3, bucket: { Bucket: string }) =>
    (await s3.getObjectLockConfiguration(bucket)).ObjectLockConfiguration,
  write: (s3: S3, bucket: { Bucket: string }, ObjectLockConfiguration: ObjectLockConfiguration | undefined) =>
    s3.putObjectLockConfiguration({ ...bucket, ObjectLockConfiguration }),
};
const retention = (Mode: "GOVERNANCE" | "COMPLIANCE", Days: number) => () =>
  ({ ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode, Days } } }) as const;

const lifecycle = {
  read: async (s3: S3, bucket: { Bucket: string }) =>
    (await s3.getBucketLifecycleConfiguration(bucket)).Rules ?? [],
  write: (s3: S3, bucket: { Bucket: string }, Rules: LifecycleRule[]) =>
    s3.putBucketLifecycleConfiguration({ ...bucket, LifecycleConfiguration: { Rules } }),
};
const withRule = (id: string, change: (rule: LifecycleRule) => LifecycleRule) => (rules: LifecycleRule[]) =>
  rules.map((rule) => (rule.ID === id ? change(rule) : rule));

const encryption = {
  read: async (s3: S3, bucket: { Bucket: string }) =>
    (await s3.getBucketEncryption(bucket)).ServerSideEncryptionConfiguration,
  write: (
    s3: S3,
    bucket: { Bucket: string },
    ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration | undefined,
  ) => s3.putBucketEncryption({ ...bucket, ServerSideEncryptionConfiguration }),
};

const policy = {
  read: async (s3: S3, bucket: { Bucket: string }) => (await s3.getBucketPolicy(bucket)).Policy ?? "",
  write: (s3: S3, bucket: { Bucket: string }, Policy: string) => s3.putBucketPolicy({ ...bucket, Policy }),
};
const withStatements = (change: (statements: { Sid: string }[]) => object[]) => (text: string) => {
  const document = JSON.parse(text);
  return JSON.stringify({ ...document, Statement: change(document.Statement) });
};

const access = {
  read: async (s3: S3, bucket: { Bucket: string }) =>
    (await s3.getPublicAccessBlock(bucket)).PublicAccessBlockConfiguration ?? {},
  write: (
    s3: S3,
    bucket: { Bucket: string },
    PublicAccessBlockConfiguration: Record<string, boolean | undefined>,
  ) => s3.putPublicAccessBlock({ ...bucket, PublicAccessBlockConfiguration }),
};

const logging = {
  read: async (s3: S3, bucket: { Bucket: string }) => (await s3.getBucketLogging(bucket)).LoggingEnabled,
  write: (s3: S3, bucket: { Bucket: string }, LoggingEnabled: LoggingEnabled | undefined) =>
    s3.putBucketLogging({ ...bucket, BucketLoggingStatus: LoggingEnabled ? { LoggingEnabled } : {} }),
};

const GUEST = { AWS: "arn:aws:iam::999999999999:root" };
const VAULT = "<env>-vault";
const NIGHTLY = "orders/points/nightly/";
const TWO_WEEKS = "replaced versions go after 14 days";

describe("audit of the vault's bucket", () => {
  testDrifts(vaultBucketSource, [
    changing("a default lock of other days", [`vault.object-lock.days/${VAULT}: 7 days`], {
      ...lock,
      change: retention("GOVERNANCE", 7),
    }),
    changing("a default lock of another mode", [`vault.object-lock.mode/${VAULT}: COMPLIANCE`], {
      ...lock,
      change: retention("COMPLIANCE", 1),
    }),
    changing(
      "no default lock",
      [`vault.object-lock.days/${VAULT}: absent`, `vault.object-lock.mode/${VAULT}: absent`],
      { ...lock, change: (): ObjectLockConfiguration => ({ ObjectLockEnabled: "Enabled" }) },
    ),
    changing(
      "a tier that expires earlier",
      [
        `vault.lifecycle.rule/orders-nightly-expire: ${NIGHTLY} tagged verified=true: expires after 3 days, ${TWO_WEEKS}`,
      ],
      {
        ...lifecycle,
        change: withRule("orders-nightly-expire", (rule) => ({ ...rule, Expiration: { Days: 3 } })),
      },
    ),
    changing(
      "a tier whose points expire without having been verified",
      [`vault.lifecycle.rule/orders-nightly-expire: ${NIGHTLY}: expires after 30 days, ${TWO_WEEKS}`],
      {
        ...lifecycle,
        change: withRule("orders-nightly-expire", (rule) => ({ ...rule, Filter: { Prefix: NIGHTLY } })),
      },
    ),
    changing(
      "a tier whose replaced versions go at once",
      [
        `vault.lifecycle.rule/orders-nightly-expire: ${NIGHTLY} tagged verified=true: expires after 30 days, replaced versions go after 1 days`,
      ],
      {
        ...lifecycle,
        change: withRule("orders-nightly-expire", (rule) => ({
          ...rule,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        })),
      },
    ),
    changing(
      "a rule that is off",
      [
        `vault.lifecycle.rule/tidy: off: everything: clears lone delete markers, unfinished uploads end after 2 days`,
      ],
      { ...lifecycle, change: withRule("tidy", (rule) => ({ ...rule, Status: "Disabled" })) },
    ),
    changing("a rule that is gone", ["vault.lifecycle.rule/tidy: absent"], {
      ...lifecycle,
      change: (rules) => rules.filter(({ ID }) => ID !== "tidy"),
    }),
    changing(
      "a rule that nobody declared",
      [`vault.lifecycle.others/${VAULT}: wipe: evidence/: expires after 1 days`],
      {
        ...lifecycle,
        change: (rules): LifecycleRule[] => [
          ...rules,
          { ID: "wipe", Status: "Enabled", Filter: { Prefix: "evidence/" }, Expiration: { Days: 1 } },
        ],
      },
    ),
    changing(
      "S3's own encryption",
      [
        `vault.encryption.algorithm/${VAULT}: AES256`,
        `vault.encryption.bucket-key/${VAULT}: off`,
        `vault.encryption.key/${VAULT}: AWS's own`,
      ],
      {
        ...encryption,
        change: (): ServerSideEncryptionConfiguration => ({
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        }),
      },
    ),
    changing("another key", [`vault.encryption.key/${VAULT}: arn:aws:kms:eu-west-2:999999999999:key/thief`], {
      ...encryption,
      change: (): ServerSideEncryptionConfiguration => ({
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: "aws:kms",
              KMSMasterKeyID: "arn:aws:kms:eu-west-2:999999999999:key/thief",
            },
            BucketKeyEnabled: true,
          },
        ],
      }),
    }),
    changing("a policy without one of its denials", [`vault.policy/${VAULT}: without DenyDelete`], {
      ...policy,
      change: withStatements((all) => all.filter(({ Sid }) => Sid !== "DenyDelete")),
    }),
    changing(
      "a denial that spares somebody else, and somebody who is let in",
      [`vault.policy/${VAULT}: DenyBypassOfLocks changed; also allows by Guests`],
      {
        ...policy,
        change: withStatements((all) => [
          ...all.map((one) => (one.Sid === "DenyBypassOfLocks" ? { ...one, Condition: {} } : one)),
          { Sid: "Guests", Effect: "Allow", Principal: GUEST, Action: "s3:GetObject", Resource: "*" },
        ]),
      },
    ),
    changing("no policy", [`vault.policy/${VAULT}: absent`], {
      ...policy,
      change: (text) => text,
      remove: (s3, bucket) => s3.deleteBucketPolicy(bucket),
    }),
    changing(
      "public access that is half open",
      [`vault.public-access/${VAULT}: blockPublicAcls, ignorePublicAcls, restrictPublicBuckets`],
      { ...access, change: (all) => ({ ...all, BlockPublicPolicy: false }) },
    ),
    changing("public access that nothing blocks", [`vault.public-access/${VAULT}: absent`], {
      ...access,
      change: (all) => all,
      remove: (s3, bucket) => s3.deletePublicAccessBlock(bucket),
    }),
    changing("objects that others may own", [`vault.ownership/${VAULT}: ObjectWriter`], {
      read: async (): Promise<ObjectOwnership> => "BucketOwnerEnforced",
      write: (s3, bucket, ObjectOwnership) =>
        s3.putBucketOwnershipControls({ ...bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
      change: (): ObjectOwnership => "ObjectWriter",
    }),
    changing("no access log", [`vault.logging/${VAULT}: off`], { ...logging, change: () => undefined }),
    changing("an access log elsewhere", [`vault.logging/${VAULT}: s3://<env>-vault/elsewhere/`], {
      ...logging,
      change: (_, { plan }) => ({ TargetBucket: plan.vault.bucket, TargetPrefix: "elsewhere/" }),
    }),
  ]);

  it("takes a bucket that is not there for one finding", async () => {
    const stack = await auditedStack();
    const plan = { ...stack.plan, vault: { ...stack.plan.vault, bucket: "no-such-vault" } };
    assert.deepEqual(await stack.findings(vaultBucketSource, { plan }), [
      "vault.exists/no-such-vault: absent",
    ]);
  });

  it("asks of a store outside AWS only what jobs rely on", async () => {
    const stack = await auditedStack();
    const { kmsEndpoint: _, ...settings } = stack.plan.vault;
    const outside = (bucket: string) => ({ plan: { ...stack.plan, vault: { ...settings, bucket } } });
    const locked = await stack.facts(vaultBucketSource, outside(await createBucket({ objectLock: true })));
    assert.deepEqual(
      locked.map(({ id, verdict }) => [id.split("/")[0], verdict]),
      [
        ["vault.exists", "PASS"],
        ["vault.versioning", "PASS"],
        ["vault.object-lock.enabled", "PASS"],
      ],
    );
    const plain = await createBucket();
    assert.deepEqual(await stack.findings(vaultBucketSource, outside(plain)), [
      `vault.versioning/${plain}: never enabled`,
      `vault.object-lock.enabled/${plain}: off`,
    ]);
  });

  it("says how to mend what it finds", async () => {
    const stack = await auditedStack();
    const plan = { ...stack.plan, vault: { ...stack.plan.vault, bucket: await createBucket() } };
    const facts = await stack.facts(vaultBucketSource, { plan });
    const fixOf = (id: string) => facts.find((fact) => fact.id.startsWith(id))?.fix;
    assert.equal(fixOf("vault.versioning"), `pulumi up --refresh --stack ${stack.plan.environment}`);
    assert.match(
      fixOf("vault.object-lock.enabled") ?? "",
      /^aws s3api put-object-lock-configuration --bucket vault-/,
    );
  });
});
