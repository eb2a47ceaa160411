import type { Duplex } from "node:stream";
import type { MessageHeader } from "@aws-crypto/client-node";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { cryptoStream } from "./crypto-stream.ts";
import { type ChunkContext, encryptionClient, isContext } from "./encryption.ts";
import { keyError } from "./key-error.ts";
import type { Vault } from "./vault.ts";

/**
 * Opens one object. No byte of a frame comes out before the frame was authenticated, and no byte at all before the
 * object proved to be the one that the context names.
 * The stream fails with CHUNK_MISPLACED, CHUNK_DAMAGED, KEY_DOES_NOT_OPEN, KEY_UNAVAILABLE, KEY_ACCESS_DENIED or
 * KEY_SERVICE_UNAVAILABLE.
 */
export function decryptStream(vault: Pick<Vault, "decryptKeyring">, context: ChunkContext): Duplex {
  return cryptoStream(encryptionClient.decryptUnsignedMessageStream(vault.decryptKeyring), {
    mapError: (error) => decryptionError(error, context),
    onInner: (inner, fail) => {
      inner.once("MessageHeader", ({ encryptionContext }: MessageHeader) => {
        if (!isContext(encryptionContext, context)) fail(misplaced(encryptionContext, context));
      });
    },
  });
}

/** An object that opens but is another one than its place says. */
export function misplaced(
  found: Readonly<Record<string, string>>,
  { point, chunk }: ChunkContext,
): HoldfastError {
  return new HoldfastError({
    code: "CHUNK_MISPLACED",
    message: `${chunk} of ${point} holds ${found.chunk ?? "an unnamed object"} of ${found.point ?? "no point"} (${found.project ?? "no project"}).`,
    hint: "Somebody moved objects in the bucket: restore the right version of this one, or use another recovery point.",
  });
}

/** The error of a failed decryption, written for the person who meets it. */
export function decryptionError(error: unknown, { point, chunk }: ChunkContext): HoldfastError {
  const what = `${chunk} of ${point} could not be opened`;
  const known = keyError(error, what);
  if (known) return known;
  const text = error instanceof Error ? error.message : "";
  // What the library says when no key of the keyring fits any wrapped key of the message.
  if (/unencryptedDataKey has not been set|Unencrypted data key is invalid/i.test(text)) {
    return new HoldfastError({
      code: "KEY_DOES_NOT_OPEN",
      message: `${what}: none of the given keys opens it.`,
      hint: "Name a key that the manifest's `keys` shows in vault.keys, or give the escrow private key.",
      cause: error,
    });
  }
  return new HoldfastError({
    code: "CHUNK_DAMAGED",
    message: `${what}: its bytes were changed or cut (${text.slice(0, 120)}).`,
    hint: "Restore the object's previous version or its replica, or use another recovery point.",
    cause: error,
  });
}
