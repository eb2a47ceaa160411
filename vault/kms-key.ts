import type { KMS } from "@aws-sdk/client-kms";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { keyError } from "./key-error.ts";

export interface KmsKeyInput {
  /** Where the plan names the key, for messages, e.g. `vault.keys.kms`. */
  readonly field: string;
  /** Key id, key ARN, alias (`alias/…`) or alias ARN. */
  readonly id: string;
  /** Region of the key when `id` is no ARN. */
  readonly region: string;
  readonly clientOf: (region: string) => KMS;
}

const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)\/.+$/;

/** The ARN itself when `id` is a key ARN: the only form that needs no call. */
export function keyArn(id: string): string | undefined {
  return ARN.exec(id)?.[2] === "key" ? id : undefined;
}

/**
 * The ARN of a key that is there, enabled and made for encryption: messages name keys by ARN alone.
 * @throws HoldfastError KEY_UNAVAILABLE, KEY_ACCESS_DENIED, KEY_SERVICE_UNAVAILABLE
 */
export async function usableKeyArn({ field, id, region, clientOf }: KmsKeyInput): Promise<string> {
  const what = `${field} (${id})`;
  const kms = clientOf(ARN.exec(id)?.[1] ?? region);
  const { KeyMetadata: key } = await kms.describeKey({ KeyId: id }).catch((error: unknown) => {
    throw (
      keyError(error, what) ??
      unavailable(what, "could not be looked up", "Check the key's name and region.", error)
    );
  });
  if (!key?.Arn) throw unavailable(what, "has no ARN", "Check the key's name and region.");
  if (key.KeyState !== undefined && key.KeyState !== "Enabled") {
    throw unavailable(what, `is in the state ${key.KeyState}`, repair(key.KeyState, key.Arn));
  }
  if (key.KeyUsage !== undefined && key.KeyUsage !== "ENCRYPT_DECRYPT") {
    throw unavailable(what, `is made for ${key.KeyUsage}`, "Use a symmetric key made for ENCRYPT_DECRYPT.");
  }
  return key.Arn;
}

function repair(state: string, arn: string): string {
  const enable = `aws kms enable-key --key-id ${arn}`;
  if (state === "Disabled") return `Enable it: ${enable}`;
  if (state === "PendingDeletion")
    return `Cancel at once: aws kms cancel-key-deletion --key-id ${arn}, then ${enable}`;
  return "Wait until it is enabled, or name another key.";
}

function unavailable(what: string, problem: string, hint: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "KEY_UNAVAILABLE",
    message: `The KMS key ${what} ${problem}.`,
    hint,
    cause,
  });
}
