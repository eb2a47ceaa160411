import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { logBucketName } from "../vault/log-bucket-name.ts";
import type { VaultKeys } from "../vault/vault-keys.ts";
import { tamperingCall } from "./tampering.ts";

/** Calls that weaken the plan's keys and buckets, in both regions; `keys` is absent without any in KMS. */
export function weakeningCalls(
  { bucket, replicaBucket }: ProtectionPlan["vault"],
  { keyArn, replicaKeyArn, signingKeyArn }: Pick<VaultKeys, "keyArn" | "replicaKeyArn" | "signingKeyArn">,
): { readonly keys?: object; readonly buckets: object } {
  const keyArns = [keyArn, replicaKeyArn, signingKeyArn].filter((arn) => arn !== undefined);
  const buckets = [bucket, replicaBucket].filter((name) => name !== undefined);
  return {
    ...(keyArns.length > 0 && { keys: tamperingCall("kms", { resources: { ARN: keyArns } }) }),
    buckets: tamperingCall("s3", {
      requestParameters: { bucketName: buckets.flatMap((name) => [name, logBucketName(name)]) },
    }),
  };
}
