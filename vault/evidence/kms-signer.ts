import { createHash, createPublicKey } from "node:crypto";
import type { KMS } from "@aws-sdk/client-kms";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { keyError } from "../key-error.ts";
import type { EvidenceSigner } from "./evidence-signer.ts";

/**
 * Signs with an asymmetric KMS key (ECC_NIST_P256, SIGN_VERIFY); the private half never leaves KMS.
 * Fails with KEY_UNAVAILABLE, KEY_ACCESS_DENIED or KEY_SERVICE_UNAVAILABLE.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/offline-operations.html
 */
export function kmsSigner(init: {
  /** Key id, ARN or alias. */
  readonly id: string;
  /** Used when the id is no ARN. */
  readonly region: string;
  readonly clientOf: (region: string) => KMS;
}): EvidenceSigner {
  const kms = init.clientOf(/^arn:[^:]+:kms:([^:]+):/.exec(init.id)?.[1] ?? init.region);
  const failed = (error: unknown): never => {
    throw keyError(error, "Evidence could not be signed") ?? unknownFailure(error);
  };
  return {
    async sign(message) {
      const { Signature, KeyId } = await kms
        .sign({
          KeyId: init.id,
          Message: createHash("sha256").update(message).digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        })
        .catch(failed);
      if (!Signature) throw unknownFailure("KMS gave no signature");
      return {
        keyId: KeyId ?? init.id,
        algorithm: "ECDSA_SHA_256",
        value: Buffer.from(Signature).toString("base64"),
      };
    },
    async publicKeyPem() {
      const { PublicKey } = await kms.getPublicKey({ KeyId: init.id }).catch(failed);
      if (!PublicKey) throw unknownFailure("KMS gave no public key");
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
      return key.export({ type: "spki", format: "pem" }).toString();
    },
  };
}

function unknownFailure(cause: unknown): HoldfastError {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message.slice(0, 200)}` : String(cause);
  return new HoldfastError({
    code: "SIGNING_FAILED",
    message: `Evidence could not be signed (${text}).`,
    hint: "vault.keys.signing.kms must be an ECC_NIST_P256 key made for SIGN_VERIFY; allow kms:Sign and kms:GetPublicKey.",
    cause,
  });
}
