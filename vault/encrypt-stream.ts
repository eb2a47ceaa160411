import type { Duplex } from "node:stream";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { cryptoStream } from "./crypto-stream.ts";
import { type ChunkContext, contextRecord, encryptionClient, FRAME_BYTES, SUITE } from "./encryption.ts";
import { keyError } from "./key-error.ts";
import type { Vault } from "./vault.ts";

/**
 * Encrypts one object under a data key of its own, wrapped by each of the vault's keys.
 * The stream fails with KEY_UNAVAILABLE, KEY_ACCESS_DENIED, KEY_SERVICE_UNAVAILABLE or ENCRYPTION_FAILED.
 */
export function encryptStream(vault: Pick<Vault, "encryptKeyring">, context: ChunkContext): Duplex {
  const inner = encryptionClient.encryptStream(vault.encryptKeyring, {
    suiteId: SUITE,
    frameLength: FRAME_BYTES,
    encryptionContext: contextRecord(context),
  });
  return cryptoStream(inner, {
    mapError: (error) => encryptionError(error, context),
    // Destroyed, the library's stream throws "Premature close" where nobody can catch it, and the process dies.
    // So it is ended, and what still comes out of it is thrown away.
    abandon: (inner) => inner.resume().end(),
  });
}

/** The error of a failed encryption, written for the person who meets it. */
export function encryptionError(error: unknown, { point, chunk }: ChunkContext): HoldfastError {
  const what = `${chunk} of ${point} could not be encrypted`;
  return (
    keyError(error, what) ??
    new HoldfastError({
      code: "ENCRYPTION_FAILED",
      message: `${what}: ${error instanceof Error ? error.message.slice(0, 200) : "unknown error"}.`,
      hint: "Run the command again; if it fails the same way, check vault.keys in the plan.",
      cause: error,
    })
  );
}
