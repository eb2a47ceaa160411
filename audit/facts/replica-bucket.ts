import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditSource } from "../audit-source.ts";
import { bucketFacts } from "../bucket/bucket-facts.ts";
import { bucketKinds } from "../bucket/bucket-kinds.ts";
import { declaredStack } from "../declared/declared-stack.ts";

const KINDS = bucketKinds("replica", "the replica");

/** The same of the bucket that the vault is copied to, asked in its own region. */
export const replicaBucketSource: AuditSource = {
  name: "replica-bucket",
  kinds: Object.values(KINDS),
  async *read(context) {
    const { replicaBucket, replicaRegion } = context.plan.vault;
    if (!declaresVault(context.plan.vault) || replicaBucket === undefined || replicaRegion === undefined)
      return;
    const place = { context, s3: context.aws.s3(replicaRegion), bucket: replicaBucket, kinds: KINDS };
    yield* bucketFacts(place, await declaredStack(context));
  },
};
