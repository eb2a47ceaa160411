import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditSource } from "../audit-source.ts";
import type { AuditedBucketPlace } from "../bucket/audited-bucket-place.ts";
import { bucketFacts, existenceFact } from "../bucket/bucket-facts.ts";
import { bucketKinds } from "../bucket/bucket-kinds.ts";
import { lockFacts, versioningFact } from "../bucket/lock-facts.ts";
import { declaredStack } from "../declared/declared-stack.ts";

const KINDS = bucketKinds("vault", "the vault");

/** The bucket of the vault. Of a store outside AWS only what every job relies on: the rest is its operator's. */
export const vaultBucketSource: AuditSource = {
  name: "vault-bucket",
  kinds: Object.values(KINDS),
  async *read(context) {
    const { vault: settings } = context.plan;
    const place: AuditedBucketPlace = {
      ...{ context, s3: context.vault.s3, bucket: settings.bucket, kinds: KINDS },
    };
    if (declaresVault(settings)) {
      yield* bucketFacts(place, await declaredStack(context));
      return;
    }
    const exists = await existenceFact(place);
    yield exists;
    if (exists.verdict === "FAIL") return;
    yield await versioningFact(place);
    if (settings.lock.mode !== "none") yield* lockFacts(place);
  },
};
