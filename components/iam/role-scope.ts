import * as pulumi from "@pulumi/pulumi";
import { mirrorLockDays } from "../../plan/mirror-lock-days.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { evidencePrefix } from "../../vault/layout.ts";
import type { StackFacts } from "../stack-facts.ts";
import { logBucketName } from "../vault/log-bucket-name.ts";
import type { VaultKeys } from "../vault/vault-keys.ts";
import type { PolicyStatement } from "./policy-document.ts";

type Text = pulumi.Input<string>;

export interface RoleScopeInput {
  readonly environment: string;
  readonly vault: ProtectionPlan["vault"];
  readonly projects: readonly ProjectPlan[];
  readonly keys: Pick<VaultKeys, "keyArn" | "replicaKeyArn" | "signingKeyArn">;
  readonly facts: StackFacts;
}

/**
 * A role's policy has 10,240 characters at most: above so many projects it names the kind of prefix and the context
 * alone, for whatever project.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MOST_NAMED_PROJECTS = 8;

/** Buckets, prefixes and keys of one environment, in the words of policies. */
export class RoleScope {
  readonly environment: string;
  readonly bucketArn: pulumi.Output<string>;
  readonly replicaBucketArn: pulumi.Output<string> | undefined;
  readonly replicaRegion: string | undefined;
  /** Of the access logs of both. */
  readonly logBuckets: readonly pulumi.Output<string>[];
  /** Their names, or `*` when they are too many to be named. */
  readonly projects: readonly string[];
  readonly evidence: string;
  readonly keys: RoleScopeInput["keys"];
  readonly facts: StackFacts;
  readonly lockDays: number;
  /** Of mirrored objects, whose lock may outlast that of points. */
  readonly mirrorLockDays: number;

  constructor({ environment, vault, projects, keys, facts }: RoleScopeInput) {
    this.environment = environment;
    const arn = (bucket: string) => pulumi.interpolate`arn:${facts.partition}:s3:::${bucket}`;
    this.bucketArn = arn(vault.bucket);
    this.replicaBucketArn = vault.replicaBucket === undefined ? undefined : arn(vault.replicaBucket);
    this.replicaRegion = vault.replicaRegion;
    this.logBuckets = [vault.bucket, vault.replicaBucket].flatMap((bucket) =>
      bucket === undefined ? [] : [arn(logBucketName(bucket))],
    );
    this.projects = projects.length > MOST_NAMED_PROJECTS ? ["*"] : projects.map(({ name }) => name);
    this.evidence = evidencePrefix(environment);
    this.keys = keys;
    this.facts = facts;
    this.lockDays = vault.lock.days;
    const buckets = projects.flatMap(({ storage }) => storage);
    this.mirrorLockDays = Math.max(
      this.lockDays,
      ...buckets.map(({ retain, reconcile }) => mirrorLockDays(retain.days, reconcile)),
    );
  }

  get buckets(): pulumi.Output<string>[] {
    return [this.bucketArn, ...(this.replicaBucketArn === undefined ? [] : [this.replicaBucketArn])];
  }

  /** Both keys that open points, as far as the plan names them. */
  get openingKeys(): pulumi.Output<string>[] {
    return [this.keys.keyArn, this.keys.replicaKeyArn].filter((arn) => arn !== undefined);
  }

  /** `<project>/<path>` of every project, as objects of the vault or of other buckets. */
  objects(paths: readonly string[], buckets: readonly Text[] = [this.bucketArn]): pulumi.Output<string>[] {
    return buckets.flatMap((bucket) =>
      this.projects.flatMap((project) =>
        paths.map((path) => pulumi.interpolate`${bucket}/${project}/${path}`),
      ),
    );
  }

  evidenceObjects(buckets: readonly Text[] = [this.bucketArn]): pulumi.Output<string>[] {
    return buckets.map((bucket) => pulumi.interpolate`${bucket}/${this.evidence}*`);
  }

  /**
   * Listing below prefixes, and what is asked of a bucket itself: does it exist, and what time is it there. That
   * request has no prefix, hence `IfExists`; names of objects say dates and tables, nothing of their content.
   * @param options `also`: prefixes that are no project's
   */
  listing(
    paths: readonly string[],
    options: { versions?: boolean; buckets?: readonly Text[]; also?: readonly string[] } = {},
  ): PolicyStatement {
    const prefixes = this.projects.flatMap((project) => paths.map((path) => `${project}/${path}`));
    return {
      Sid: "ListNames",
      Effect: "Allow",
      Action: ["s3:ListBucket", ...(options.versions ? ["s3:ListBucketVersions"] : [])],
      Resource: options.buckets ?? [this.bucketArn],
      Condition: {
        StringLikeIfExists: { "s3:prefix": [...prefixes, ...(options.also ?? []), `${this.evidence}*`] },
      },
    };
  }

  /** What opening a vault to write asks of the bucket. */
  bucketChecks(): PolicyStatement {
    return {
      Sid: "SeeThatTheVaultLocks",
      Effect: "Allow",
      Action: ["s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration"],
      Resource: [this.bucketArn],
    };
  }

  /**
   * Writing objects that are locked no longer than so many days; nothing is written over or deleted.
   * @param lockDays @default the plan's lock
   */
  writing(resources: readonly Text[], lockDays: number = this.lockDays): PolicyStatement[] {
    return [
      {
        Sid: "WriteAndLockObjects",
        Effect: "Allow",
        Action: [
          "s3:PutObject",
          "s3:PutObjectRetention",
          // A lock that cannot be raised may be long enough already.
          "s3:GetObjectRetention",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ],
        Resource: resources,
        // A lock without end would be paid for without end. A day more: S3 counts begun days. Writing comes without
        // days where the bucket's own lock holds.
        Condition: {
          NumericLessThanEqualsIfExists: {
            "s3:object-lock-remaining-retention-days": String(lockDays + 1),
          },
        },
      },
    ];
  }

  /** Reading and appending of the evidence chain. */
  appendingEvidence(): PolicyStatement[] {
    const { signingKeyArn } = this.keys;
    return [
      {
        Sid: "ReadEvidence",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: this.evidenceObjects(),
      },
      ...(signingKeyArn === undefined
        ? []
        : [
            {
              Sid: "SignEvidence",
              Effect: "Allow" as const,
              Action: ["kms:Sign"],
              Resource: [signingKeyArn],
              Condition: { StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256" } },
            },
          ]),
    ];
  }

  /** Looking up keys by their alias, and whether they are enabled. */
  describingKeys(): PolicyStatement[] {
    const Resource = this.openingKeys;
    if (Resource.length === 0) return [];
    return [{ Sid: "LookUpKeys", Effect: "Allow", Action: ["kms:DescribeKey"], Resource }];
  }

  /** Making and wrapping data keys for objects of these projects. */
  encrypting(): PolicyStatement[] {
    const Resource = this.openingKeys;
    if (Resource.length === 0) return [];
    const Action = ["kms:GenerateDataKey", "kms:Encrypt"];
    return [{ Sid: "EncryptForProjects", Effect: "Allow", Action, Resource, Condition: this.#forProjects() }];
  }

  /**
   * Unwrapping data keys of objects of these projects.
   * @param chunks which chunks alone, as the encryption context names them; all when absent
   */
  decrypting(chunks?: readonly string[]): PolicyStatement[] {
    const Resource = this.openingKeys;
    if (Resource.length === 0) return [];
    const Condition = this.#forProjects(chunks);
    return [{ Sid: "DecryptForProjects", Effect: "Allow", Action: ["kms:Decrypt"], Resource, Condition }];
  }

  /**
   * The encryption that S3 adds: its context is the ARN of the bucket, or of an object without the bucket's key, so that this opens nothing a job has encrypted.
   * Parts of an upload are sealed with the key of the first, which takes `kms:Decrypt` of a writer too.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
   */
  throughS3(options: { write?: boolean; buckets?: readonly Text[] } = {}): PolicyStatement[] {
    const Resource = this.openingKeys;
    if (Resource.length === 0) return [];
    return [
      {
        Sid: "ThroughS3",
        Effect: "Allow",
        Action: ["kms:Decrypt", ...(options.write ? ["kms:GenerateDataKey"] : [])],
        Resource,
        Condition: {
          StringLike: { "kms:ViaService": "s3.*.amazonaws.com" },
          ArnLike: {
            "kms:EncryptionContext:aws:s3:arn": (options.buckets ?? [this.bucketArn]).flatMap((bucket) => [
              bucket,
              pulumi.interpolate`${bucket}/*`,
            ]),
          },
        },
      },
    ];
  }

  /** What S3 adds has no project: this covers what jobs encrypted, and nothing else. */
  #forProjects(chunks?: readonly string[]): PolicyStatement["Condition"] {
    return {
      StringLike: {
        "kms:EncryptionContext:project": this.projects,
        ...(chunks !== undefined && { "kms:EncryptionContext:chunk": chunks }),
      },
    };
  }
}
