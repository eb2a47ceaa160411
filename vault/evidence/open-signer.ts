import type { KMS } from "@aws-sdk/client-kms";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { SecretReference } from "../../plan/schema/secret-reference.ts";
import type { VaultSettings } from "../vault-settings.ts";
import type { EvidenceSigner } from "./evidence-signer.ts";
import { kmsSigner } from "./kms-signer.ts";
import { localSigner } from "./local-signer.ts";

/** The signer that the plan names, or undefined. The key itself is touched at the first signature only. */
export function openSigner(
  { keys: { signing }, region }: VaultSettings,
  clientOf: (region: string) => KMS,
  readSecret: ((reference: SecretReference, what: string) => Promise<string>) | undefined,
): EvidenceSigner | undefined {
  if (!signing) return undefined;
  if ("kms" in signing) return kmsSigner({ id: signing.kms, region, clientOf });
  let opened: Promise<EvidenceSigner> | undefined;
  const open = () => {
    opened ??= readKey(signing.privateKey, readSecret).then(localSigner);
    return opened;
  };
  return {
    sign: async (message) => (await open()).sign(message),
    publicKeyPem: async () => (await open()).publicKeyPem(),
  };
}

function readKey(
  reference: SecretReference,
  readSecret: ((reference: SecretReference, what: string) => Promise<string>) | undefined,
): Promise<string> {
  if (readSecret) return readSecret(reference, "the evidence signing key (vault.keys.signing)");
  throw new HoldfastError({
    code: "SIGNING_KEY_MISSING",
    message:
      "Evidence must be signed with vault.keys.signing.privateKey, and this command does not read secrets.",
    hint: "Run a command that writes evidence (backup, restore, verify).",
  });
}
