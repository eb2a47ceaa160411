import { HoldfastError } from "../plan/holdfast-error.ts";
import { RowHash } from "../postgres/row-hash.ts";
import { dispose } from "../vault/disposable.ts";
import type { Manifest, ManifestChunk } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { Progress } from "./progress.ts";
import { readChunk } from "./read-chunk.ts";
import { runWorkers } from "./run-workers.ts";
import type { Check } from "./verdict.ts";

/**
 * Proves without any database that a point can be read: every chunk is fetched, checked, decrypted and
 * decompressed, and its rows are counted and hashed against the manifest. Not a restore: it does not tag the
 * point as verified.
 */
export async function verifyVault(request: {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}): Promise<Check[]> {
  const { manifest } = request;
  const checks: Check[] = [];
  const total = manifest.chunks.reduce((sum, chunk) => sum + chunk.plainBytes, 0);
  let done = 0;
  await runWorkers({
    items: [...manifest.chunks].sort((one, other) => other.plainBytes - one.plainBytes),
    workers: request.workers,
    signal: request.signal,
    open: async () => undefined,
    close: async () => undefined,
    work: async (chunk) => {
      checks.push(
        await verifyChunk(request.vault, manifest, chunk, (bytes) => {
          done += bytes;
          request.progress({ step: "read point", done, total });
        }),
      );
    },
  });
  return checks;
}

async function verifyChunk(
  vault: Vault,
  manifest: Manifest,
  chunk: ManifestChunk,
  onBytes: (bytes: number) => void,
): Promise<Check> {
  const name = `chunk ${chunk.path}`;
  const hash = new RowHash();
  let plainBytes = 0;
  try {
    await readChunk({
      vault,
      manifest,
      chunk,
      consume: async (plain) => {
        for await (const bytes of plain) {
          hash.update(bytes);
          plainBytes += bytes.length;
          onBytes(bytes.length);
          dispose(bytes);
        }
      },
    });
  } catch (error) {
    // A damaged chunk is this check's finding; anything else (keys, network) is no statement about the point.
    if (!(error instanceof HoldfastError) || !error.code.startsWith("CHUNK_")) throw error;
    return { name, verdict: "FAIL", detail: `${error.code}: ${error.message}` };
  }
  const same = plainBytes === chunk.plainBytes && (chunk.hash === undefined || hash.digest() === chunk.hash);
  return same
    ? { name, verdict: "PASS", detail: `${plainBytes} bytes, ${hash.rows} lines` }
    : {
        name,
        verdict: "FAIL",
        detail: `${plainBytes} bytes, ${hash.rows} lines: not what the manifest tells`,
      };
}
