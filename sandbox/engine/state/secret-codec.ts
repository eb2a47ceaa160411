import { unsupported } from "../engine-error.ts";
import {
  type PropertyMap,
  type PropertyValue,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
} from "../protocol/property-value.ts";
import type { Crypter } from "../secrets/passphrase-crypter.ts";
import type { SecretCodec } from "./deployment-format.ts";

/**
 * Encrypts secrets for the state. A secret that did not change keeps its ciphertext, so that a state that did not
 * change stays the same to the byte.
 */
export function encryptingCodec(crypter: Crypter): SecretCodec {
  const ciphertexts = new Map<string, string>();
  return {
    providers: { type: "passphrase", state: { salt: crypter.salt } },
    hide: ({ value = null }) => {
      const text = JSON.stringify(value);
      const ciphertext = ciphertexts.get(text) ?? crypter.encrypt(text);
      ciphertexts.set(text, ciphertext);
      return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext };
    },
    reveal: ({ ciphertext }) => {
      if (typeof ciphertext !== "string") throw unsupported("a secret without ciphertext");
      const text = crypter.decrypt(ciphertext);
      ciphertexts.set(text, ciphertext);
      return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: JSON.parse(text) as PropertyValue };
    },
  };
}

/** Shows secrets, as `stack export --show-secrets` does. */
export function showingCodec(providers: PropertyMap): SecretCodec {
  return {
    providers,
    hide: ({ value = null }) => ({
      [SIGNATURE_KEY]: SECRET_SIGNATURE,
      plaintext: JSON.stringify(value),
    }),
    reveal: () => {
      throw unsupported("a ciphertext in a deployment that shows its secrets");
    },
  };
}
