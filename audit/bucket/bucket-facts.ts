import {
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import type { AuditFact } from "../audit-fact.ts";
import { answerFact, askAws, refusedFact } from "../aws/ask-aws.ts";
import { type DeclaredStack, UNKNOWN_KEY } from "../declared/declared-stack.ts";
import { makeFact } from "../make-fact.ts";
import { comparePolicies } from "../policies/compare-policies.ts";
import type { AuditedBucketPlace } from "./audited-bucket-place.ts";
import { lifecycleFacts } from "./lifecycle-facts.ts";
import { lockFacts, versioningFact } from "./lock-facts.ts";

/** Whether the bucket is there for who audits. What is refused is no reason to ask nothing else. */
export async function existenceFact({ context, s3, bucket, kinds }: AuditedBucketPlace): Promise<AuditFact> {
  const answer = await askAws("s3:ListBucket", ["NotFound", "NoSuchBucket"], () =>
    s3.send(new HeadBucketCommand({ Bucket: bucket })),
  );
  return answerFact(context, kinds.exists, {
    ...{ subject: bucket, declared: "there", answer },
    words: () => "there",
  });
}

/** Every setting of a bucket that the stack declares. */
export async function* bucketFacts(
  place: AuditedBucketPlace,
  stack: DeclaredStack,
): AsyncGenerator<AuditFact> {
  const exists = await existenceFact(place);
  yield exists;
  // Each setting of a bucket that is gone is gone.
  if (exists.verdict === "FAIL") return;
  yield await versioningFact(place);
  if (!place.isLog) yield* lockFacts(place, stack);
  yield* lifecycleFacts(place, stack);
  yield* encryptionFacts(place, stack);
  yield await policyFact(place, stack);
  yield await publicAccessFact(place, stack);
  yield await ownershipFact(place, stack);
  if (!place.isLog) yield await loggingFact(place, stack);
}

interface EncryptionRule {
  readonly applyServerSideEncryptionByDefault: {
    readonly sseAlgorithm: string;
    readonly kmsMasterKeyId?: string;
  };
  readonly bucketKeyEnabled?: boolean;
}

async function* encryptionFacts(place: AuditedBucketPlace, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  const { context, s3, bucket, kinds } = place;
  const inputs = stack.one(
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
      bucket,
    },
  );
  const [rule] = (inputs?.rules ?? []) as readonly EncryptionRule[];
  if (rule === undefined) return;
  const answer = await askAws(
    "s3:GetEncryptionConfiguration",
    ["ServerSideEncryptionConfigurationNotFoundError"],
    async () => {
      const found = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
      return found.ServerSideEncryptionConfiguration?.Rules?.[0] ?? {};
    },
  );
  const { sseAlgorithm, kmsMasterKeyId } = rule.applyServerSideEncryptionByDefault;
  const about = { subject: bucket, answer };
  yield answerFact(context, kinds.algorithm, {
    ...{ ...about, declared: sseAlgorithm },
    words: ({ ApplyServerSideEncryptionByDefault: by }) => by?.SSEAlgorithm ?? "absent",
  });
  if (kmsMasterKeyId === undefined) return;
  yield kmsMasterKeyId.startsWith(UNKNOWN_KEY)
    ? refusedFact(context, kinds.key, {
        ...{ subject: bucket, declared: kmsMasterKeyId, permission: "kms:DescribeKey" },
      })
    : answerFact(context, kinds.key, {
        ...{ ...about, declared: kmsMasterKeyId },
        words: ({ ApplyServerSideEncryptionByDefault: by }) => by?.KMSMasterKeyID ?? "AWS's own",
      });
  const onOff = (isOn: boolean | undefined) => (isOn ? "on" : "off");
  yield answerFact(context, kinds.bucketKey, {
    ...{ ...about, declared: onOff(rule.bucketKeyEnabled) },
    words: ({ BucketKeyEnabled }) => onOff(BucketKeyEnabled),
  });
}

async function policyFact(
  { context, s3, bucket, kinds }: AuditedBucketPlace,
  stack: DeclaredStack,
): Promise<AuditFact> {
  const document = String(stack.one("s3/bucketPolicy:BucketPolicy", { bucket })?.policy);
  const { declared } = comparePolicies(document, document);
  const answer = await askAws("s3:GetBucketPolicy", ["NoSuchBucketPolicy"], async () => {
    const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return comparePolicies(document, Policy).actual;
  });
  if (document.includes(UNKNOWN_KEY) && answer.is === "told" && answer.value === declared)
    return refusedFact(context, kinds.policy, { subject: bucket, declared, permission: "kms:DescribeKey" });
  return answerFact(context, kinds.policy, { subject: bucket, declared, answer, words: (actual) => actual });
}

const BLOCKS = [
  ["blockPublicAcls", "BlockPublicAcls"],
  ["blockPublicPolicy", "BlockPublicPolicy"],
  ["ignorePublicAcls", "IgnorePublicAcls"],
  ["restrictPublicBuckets", "RestrictPublicBuckets"],
] as const;

async function publicAccessFact(
  { context, s3, bucket, kinds }: AuditedBucketPlace,
  stack: DeclaredStack,
): Promise<AuditFact> {
  const inputs = stack.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket }) ?? {};
  const answer = await askAws(
    "s3:GetBucketPublicAccessBlock",
    ["NoSuchPublicAccessBlockConfiguration"],
    async () => {
      const { PublicAccessBlockConfiguration = {} } = await s3.send(
        new GetPublicAccessBlockCommand({ Bucket: bucket }),
      );
      return PublicAccessBlockConfiguration;
    },
  );
  const list = (names: readonly string[]) => names.join(", ") || "none";
  return answerFact(context, kinds.publicAccess, {
    ...{ subject: bucket, answer },
    declared: list(BLOCKS.flatMap(([name]) => (inputs[name] === true ? [name] : []))),
    words: (found) => list(BLOCKS.flatMap(([name, field]) => (found[field] ? [name] : []))),
  });
}

async function ownershipFact(
  { context, s3, bucket, kinds }: AuditedBucketPlace,
  stack: DeclaredStack,
): Promise<AuditFact> {
  const inputs = stack.one("s3/bucketOwnershipControls:BucketOwnershipControls", { bucket });
  const rule = inputs?.rule as { readonly objectOwnership: string } | undefined;
  const answer = await askAws("s3:GetBucketOwnershipControls", ["OwnershipControlsNotFoundError"], () =>
    s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })),
  );
  return answerFact(context, kinds.ownership, {
    ...{ subject: bucket, declared: rule?.objectOwnership ?? "absent", answer },
    words: ({ OwnershipControls }) => OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? "absent",
  });
}

async function loggingFact(
  { context, s3, bucket, kinds }: AuditedBucketPlace,
  stack: DeclaredStack,
): Promise<AuditFact> {
  const inputs = stack.one("s3/bucketLogging:BucketLogging", { bucket });
  if (inputs === undefined)
    return makeFact(context, kinds.logging, { subject: bucket, declared: "off", actual: "off" });
  const answer = await askAws("s3:GetBucketLogging", [], () =>
    s3.send(new GetBucketLoggingCommand({ Bucket: bucket })),
  );
  const place = (target: unknown, prefix: unknown) => `s3://${target}/${prefix ?? ""}`;
  return answerFact(context, kinds.logging, {
    ...{ subject: bucket, declared: place(inputs.targetBucket, inputs.targetPrefix), answer },
    words: ({ LoggingEnabled: on }) => (on ? place(on.TargetBucket, on.TargetPrefix) : "off"),
  });
}
