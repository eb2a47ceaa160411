import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { EvidenceSigner } from "./evidence-signer.ts";

/**
 * Signs with a private key held by this process: Ed25519, or EC on the curve P-256.
 * @throws HoldfastError SIGNING_KEY_INVALID (exit 2)
 */
export function localSigner(privateKeyPem: string): EvidenceSigner {
  const key = readKey(privateKeyPem);
  const isEd25519 = key.asymmetricKeyType === "ed25519";
  const isP256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  if (!isEd25519 && !isP256)
    throw invalid(`is of the kind ${key.asymmetricKeyType}, not Ed25519 or EC P-256`);
  const publicKey = createPublicKey(key);
  const der = publicKey.export({ type: "spki", format: "der" });
  const keyId = `sha256:${createHash("sha256").update(der).digest("hex")}`;
  return {
    async sign(message) {
      const value = sign(isEd25519 ? null : "sha256", message, key).toString("base64");
      return { keyId, algorithm: isEd25519 ? "ED25519" : "ECDSA_SHA_256", value };
    },
    publicKeyPem: async () => publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause may quote the key, so it is not kept.
    throw invalid("is not a readable private key in PEM");
  }
}

function invalid(what: string): HoldfastError {
  return new HoldfastError({
    code: "SIGNING_KEY_INVALID",
    message: `The evidence signing key ${what}.`,
    hint: "Make one: openssl genpkey -algorithm ed25519 -out signing.pem",
    exitCode: 2,
  });
}
