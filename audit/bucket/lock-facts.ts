import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { AuditFact } from "../audit-fact.ts";
import { answerFact, askAws } from "../aws/ask-aws.ts";
import type { DeclaredStack } from "../declared/declared-stack.ts";
import type { AuditedBucketPlace } from "./audited-bucket-place.ts";

/** Each vault is versioned: a point's objects are written once, a mirror's replaced. */
export async function versioningFact({ context, s3, bucket, kinds }: AuditedBucketPlace): Promise<AuditFact> {
  const answer = await askAws("s3:GetBucketVersioning", [], () =>
    s3.send(new GetBucketVersioningCommand({ Bucket: bucket })),
  );
  return answerFact(context, kinds.versioning, {
    ...{ subject: bucket, declared: "Enabled", answer },
    words: ({ Status }) => Status ?? "never enabled",
  });
}

interface DefaultRetention {
  readonly mode: string;
  readonly days: number;
}

/**
 * The lock itself, and the one that objects without a lock of their own get.
 * @param stack absent where the bucket is not the stack's: its default lock is then whoever's runs it
 */
export async function* lockFacts(
  place: AuditedBucketPlace,
  stack?: DeclaredStack,
): AsyncGenerator<AuditFact> {
  const { context, s3, bucket, kinds } = place;
  const answer = await askAws(
    "s3:GetBucketObjectLockConfiguration",
    ["ObjectLockConfigurationNotFoundError"],
    async () => {
      const found = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
      return found.ObjectLockConfiguration ?? {};
    },
  );
  const about = { subject: bucket, answer };
  yield answerFact(context, kinds.lockEnabled, {
    ...{ ...about, declared: "Enabled", absent: "off" },
    words: ({ ObjectLockEnabled }) => ObjectLockEnabled ?? "off",
  });
  const inputs = stack?.one("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", { bucket });
  const rule = inputs?.rule as { readonly defaultRetention: DefaultRetention } | undefined;
  if (rule === undefined) return;
  const { mode, days } = rule.defaultRetention;
  yield answerFact(context, kinds.lockMode, {
    ...{ ...about, declared: mode },
    words: ({ Rule }) => Rule?.DefaultRetention?.Mode ?? "absent",
  });
  yield answerFact(context, kinds.lockDays, {
    ...{ ...about, declared: `${days} days` },
    words: ({ Rule }) => {
      const { Days, Years } = Rule?.DefaultRetention ?? {};
      return Days ? `${Days} days` : Years ? `${Years} years` : "absent";
    },
  });
}
