import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { roleArn } from "../iam/role-name.ts";
import type { StackFacts } from "../stack-facts.ts";
import { vaultBucketPolicy } from "./bucket-policy.ts";
import { declareAccessLog } from "./declare-access-log.ts";
import { type DeclaredBucket, declareBucket } from "./declare-bucket.ts";
import { lifecycleRules } from "./lifecycle-rules.ts";
import { REPLICATION_RULE } from "./replication-rule.ts";
import type { VaultKeys } from "./vault-keys.ts";

export interface ExportVaultArgs {
  /** Name of the environment, a slug. */
  readonly environment: string;
  readonly vault: ProtectionPlan["vault"];
  /** Whose tiers and buckets the lifecycle is made of. */
  readonly projects: readonly ProjectPlan[];
  readonly keys: Pick<VaultKeys, "keyArn" | "replicaKeyArn">;
  /** The role that S3 copies with; needed where the plan names a replica region. */
  readonly replicatorRoleArn?: pulumi.Input<string> | undefined;
  readonly facts: StackFacts;
}

/** What is written without a lock of its own, such as the mirror of a bucket, is locked for so long. */
const DEFAULT_LOCK_DAYS = 1;
/** The only time that S3 commits itself to. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const REPLICATION_MINUTES = 15;

interface Place {
  readonly role: string;
  readonly bucket: string;
  readonly region: string;
  readonly keyArn: pulumi.Output<string> | undefined;
}

/**
 * Where recovery points live: a bucket that is versioned, locked, encrypted by the vault's key, private, with its
 * access log; and where the plan names a replica region, the same there, to which S3 copies every version within 15
 * minutes, locks and tags with it, but no deletion.
 *
 * Locks: each job locks what it writes until the end of its retention; what comes without is locked for a day, in the
 * plan's mode. All buckets are protected and stay when the stack is destroyed. `lifecycleRules` says what expires.
 *
 * Costs storage (docs of `npm run plan`), 0.015 US dollars for each GB that is copied with replication time control,
 * transfer between regions, and cents for logs.
 */
export class ExportVault extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly replicaBucketName: pulumi.Output<string> | undefined;
  readonly replicaBucketArn: pulumi.Output<string> | undefined;
  readonly #name: string;
  readonly #args: ExportVaultArgs;
  readonly #tags: Readonly<Record<string, string>>;

  /** @throws HoldfastError VAULT_TOO_MANY_RULES (exit 2) */
  constructor(name: string, args: ExportVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    const { vault, keys, projects, facts } = args;
    const rules = lifecycleRules(projects);
    super("holdfast:vault:ExportVault", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#tags = { ...facts.tags, "holdfast:component": "ExportVault" };
    const source = { role: "bucket", bucket: vault.bucket, region: vault.region, keyArn: keys.keyArn };
    const main = this.#vaultBucket(source, rules);
    this.bucketName = main.bucket.bucket;
    this.bucketArn = main.bucket.arn;
    if (vault.replicaRegion !== undefined && vault.replicaBucket !== undefined) {
      const place = { role: "replica", bucket: vault.replicaBucket, region: vault.replicaRegion };
      const replica = this.#vaultBucket({ ...place, keyArn: keys.replicaKeyArn }, rules);
      this.replicaBucketName = replica.bucket.bucket;
      this.replicaBucketArn = replica.bucket.arn;
      this.#replicate(main, replica);
    }
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      replicaBucketName: this.replicaBucketName,
      replicaBucketArn: this.replicaBucketArn,
    });
  }

  get #guardians(): pulumi.Input<string>[] {
    const { facts, environment, vault } = this.#args;
    return [roleArn(facts, environment, "break-glass"), ...vault.keyAdmins];
  }

  #vaultBucket(
    { role, bucket, region, keyArn }: Place,
    rules: ReturnType<typeof lifecycleRules>,
  ): DeclaredBucket {
    const { vault, facts, environment } = this.#args;
    const name = `${this.#name}-${role}`;
    const guardians = this.#guardians;
    const sweepers = [roleArn(facts, environment, "sweeper")];
    const declared = declareBucket(
      name,
      {
        ...{ bucket, region, keyArn, lockable: true, tags: this.#tags },
        policy: (bucketArn) => vaultBucketPolicy({ bucketArn, keyArn, guardians, sweepers }),
      },
      this,
    );
    const of = { bucket: declared.bucket.bucket, region };
    const later = {
      parent: this,
      protect: false,
      retainOnDelete: true,
      dependsOn: [declared.versioning, declared.settled],
    };
    if (vault.lock.mode !== "none") {
      const defaultRetention = { mode: vault.lock.mode.toUpperCase(), days: DEFAULT_LOCK_DAYS };
      new s3.BucketObjectLockConfiguration(
        `${name}-lock`,
        { ...of, objectLockEnabled: "Enabled", rule: { defaultRetention } },
        later,
      );
    }
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { ...of, rules, transitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
      later,
    );
    const place = { source: declared.bucket, bucket, region };
    const log = declareAccessLog(`${name}-log`, { ...place, guardians, facts, tags: this.#tags }, this);
    new s3.BucketLogging(
      `${name}-logging`,
      { ...of, targetBucket: log.bucket.bucket, targetPrefix: `${bucket}/` },
      { ...later, dependsOn: [...later.dependsOn, log.settled] },
    );
    return declared;
  }

  #replicate(main: DeclaredBucket, replica: DeclaredBucket): void {
    const { replicatorRoleArn, keys, vault } = this.#args;
    if (replicatorRoleArn === undefined) throw new TypeError("a replica needs replicatorRoleArn");
    const time = { minutes: REPLICATION_MINUTES };
    new s3.BucketReplicationConfig(
      `${this.#name}-replication`,
      {
        bucket: main.bucket.bucket,
        region: vault.region,
        role: replicatorRoleArn,
        rules: [
          {
            id: REPLICATION_RULE,
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            // A deletion stays where it was made.
            deleteMarkerReplication: { status: "Disabled" },
            ...(keys.keyArn !== undefined && {
              sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            }),
            destination: {
              bucket: replica.bucket.arn,
              storageClass: "STANDARD",
              replicationTime: { status: "Enabled", time },
              metrics: { status: "Enabled", eventThreshold: time },
              ...(keys.keyArn !== undefined && {
                encryptionConfiguration: { replicaKmsKeyId: this.#replicaSealKey() },
              }),
            },
          },
        ],
      },
      {
        parent: this,
        protect: false,
        retainOnDelete: true,
        dependsOn: [main.versioning, replica.versioning, main.settled, replica.settled],
      },
    );
  }

  /** With an escrow key alone in the replica region, AWS's own key for S3 seals what was sealed before. */
  #replicaSealKey(): pulumi.Output<string> {
    const { keys, vault, facts } = this.#args;
    const aws = pulumi.interpolate`arn:${facts.partition}:kms:${vault.replicaRegion}:${facts.accountId}:alias/aws/s3`;
    return keys.replicaKeyArn ?? aws;
  }
}
