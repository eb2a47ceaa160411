import { logBucketName } from "../../components/vault/log-bucket-name.ts";
import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditSource } from "../audit-source.ts";
import { UP } from "../aws/ask-aws.ts";
import { bucketFacts } from "../bucket/bucket-facts.ts";
import { bucketKinds } from "../bucket/bucket-kinds.ts";
import { declaredStack } from "../declared/declared-stack.ts";

/** A log's bucket is neither locked nor logged, and S3 delivers into buckets with its own encryption alone. */
function kindsOf(what: string, whose: string) {
  const kinds = bucketKinds(what, `the bucket of ${whose} access log`);
  const exists = { ...kinds.exists, fix: UP };
  const { versioning, rule, otherRules, algorithm, policy, publicAccess, ownership } = kinds;
  return {
    kinds: { ...kinds, exists },
    told: [exists, versioning, rule, otherRules, algorithm, policy, publicAccess, ownership],
  };
}

const OF_VAULT = kindsOf("logs.vault", "the vault's");
const OF_REPLICA = kindsOf("logs.replica", "the replica's");

/** Where it is kept who reached into the vault and its replica. */
export const accessLogsSource: AuditSource = {
  name: "access-logs",
  kinds: [...OF_VAULT.told, ...OF_REPLICA.told],
  async *read(context) {
    const { vault } = context.plan;
    if (!declaresVault(vault)) return;
    const stack = await declaredStack(context);
    const of = (bucket: string) => ({ context, bucket: logBucketName(bucket), isLog: true });
    yield* bucketFacts({ ...of(vault.bucket), s3: context.vault.s3, kinds: OF_VAULT.kinds }, stack);
    const { replicaBucket, replicaRegion } = vault;
    if (replicaBucket === undefined || replicaRegion === undefined) return;
    const s3 = context.aws.s3(replicaRegion);
    yield* bucketFacts({ ...of(replicaBucket), s3, kinds: OF_REPLICA.kinds }, stack);
  },
};
