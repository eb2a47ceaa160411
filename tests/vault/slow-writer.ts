/** Writes a point until it is killed: chunk after chunk, then one whose source never ends. Settings come by IPC. */
import { chunkKey } from "../../vault/layout.ts";
import { openVault } from "../../vault/open-vault.ts";
import { uploadObject } from "../../vault/upload-object.ts";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { putChunk, reference } from "./sample-point.ts";
import { bytesOf } from "./test-vault.ts";

const MEBIBYTE = 1024 * 1024;

process.once("message", async (settings: VaultSettings) => {
  const vault = await openVault(settings, { clock: () => new Date(), purpose: "write" });
  const point = reference(1);
  await putChunk(vault, point, "schema/pre-data", bytesOf(100));
  process.send?.("chunk stored");
  const body = async function* () {
    for (;;) {
      yield bytesOf(MEBIBYTE);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const key = chunkKey(point.project, point.tier, point.id, "data/a/0");
  await uploadObject(vault, { key, body: body(), expectedBytes: MEBIBYTE });
});
