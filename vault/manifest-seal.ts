import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { canonicalJson } from "./canonical-json.ts";
import { decryptStream } from "./decrypt-stream.ts";
import { encryptStream } from "./encrypt-stream.ts";
import type { ChunkContext } from "./encryption.ts";
import { MANIFEST_FILE } from "./layout.ts";
import type { Vault } from "./vault.ts";

interface Sealable {
  readonly project: string;
  readonly id: string;
}

/**
 * Seals a manifest: its SHA-256, encrypted like a chunk. Only who may use the vault's keys can make a seal, so a
 * manifest that was changed in the bucket is found out. (With an escrow key alone that is everyone who has the public
 * half: there the object lock is what protects a manifest.)
 * @returns base64
 */
export async function sealManifest(vault: Vault, unsealed: Sealable): Promise<string> {
  const message = await through(digest(unsealed), encryptStream(vault, sealContext(unsealed)));
  return message.toString("base64");
}

/**
 * @param manifest as read from the bucket, whatever its version, with its seal
 * @throws HoldfastError MANIFEST_DOCTORED, KEY_…
 */
export async function checkSeal(vault: Vault, manifest: Sealable & { readonly seal: string }): Promise<void> {
  const { seal, ...unsealed } = manifest;
  const context = sealContext(manifest);
  const sealed = await through(Buffer.from(seal, "base64"), decryptStream(vault, context)).catch(
    (error: unknown) => {
      const isBroken =
        error instanceof HoldfastError &&
        (error.code === "CHUNK_DAMAGED" || error.code === "CHUNK_MISPLACED");
      throw isBroken ? doctored(manifest.id, "its seal is not genuine", error) : error;
    },
  );
  if (!sealed.equals(digest(unsealed))) throw doctored(manifest.id, "its content differs from its seal");
}

/** A manifest that somebody changed or put in another place. */
export function doctored(id: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "MANIFEST_DOCTORED",
    message: `The manifest of ${id} was changed after it was written: ${why}.`,
    hint: "Find out who wrote to the bucket; restore the manifest's first version, or use another recovery point.",
    cause,
  });
}

const sealContext = ({ project, id }: Sealable): ChunkContext => ({
  project,
  point: id,
  chunk: MANIFEST_FILE,
});

const digest = (unsealed: object) => createHash("sha256").update(canonicalJson(unsealed)).digest();

async function through(bytes: Buffer, stream: ReturnType<typeof decryptStream>): Promise<Buffer> {
  let result: Buffer | undefined;
  await pipeline(Readable.from([bytes]), stream, async (output: AsyncIterable<Buffer>) => {
    result = await buffer(output);
  });
  return result ?? Buffer.alloc(0);
}
