import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { HoldfastError } from "../plan/holdfast-error.ts";

/** Shorter RSA keys are refused. */
export const ESCROW_MINIMUM_BITS = 2048;

export interface EscrowKey {
  readonly publicKeyPem: string;
  /** SHA-256 (hex) of the public key's DER (SPKI); names the key in every object it opens. */
  readonly fingerprint: string;
  /** PEM (PKCS #8); present when the key can open. */
  readonly privateKeyPem?: string;
}

/** @throws HoldfastError ESCROW_KEY_INVALID */
export function escrowPublicKey(pem: string): EscrowKey {
  // createPublicKey would take a private key as well, and a private key has no place in a plan.
  if (/PRIVATE KEY/.test(pem))
    throw invalid("holds a private key", "Put the public half there: openssl pkey -in private.pem -pubout");
  return fromPublic(readKey(() => createPublicKey(pem), "public"));
}

/** @throws HoldfastError ESCROW_KEY_INVALID */
export function escrowPrivateKey(pem: string): EscrowKey {
  const key = readKey(() => createPrivateKey(pem), "private");
  return {
    ...fromPublic(createPublicKey(key)),
    privateKeyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function readKey(read: () => KeyObject, half: "public" | "private"): KeyObject {
  try {
    return read();
  } catch {
    // The cause may quote the key, so it is not kept.
    throw invalid(
      `is not a readable ${half} key`,
      half === "public"
        ? "Give a PEM that starts with -----BEGIN PUBLIC KEY-----; `openssl pkey -in private.pem -pubout` writes it."
        : "Give an unencrypted PEM; `openssl pkey -in private.pem -out plain.pem` removes a passphrase.",
    );
  }
}

function fromPublic(key: KeyObject): EscrowKey {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa" || bits < ESCROW_MINIMUM_BITS) {
    throw invalid(
      `is ${key.asymmetricKeyType ?? "unknown"} with ${bits} bits`,
      `Make an RSA key of ${ESCROW_MINIMUM_BITS} bits or more: openssl genrsa -out escrow.pem 4096`,
    );
  }
  const der = key.export({ type: "spki", format: "der" });
  return {
    publicKeyPem: key.export({ type: "spki", format: "pem" }).toString(),
    fingerprint: createHash("sha256").update(der).digest("hex"),
  };
}

function invalid(what: string, hint: string): HoldfastError {
  return new HoldfastError({
    code: "ESCROW_KEY_INVALID",
    message: `The escrow key ${what}.`,
    hint,
    exitCode: 2,
  });
}
