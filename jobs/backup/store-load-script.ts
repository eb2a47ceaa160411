import type { ManifestChunk } from "../../vault/manifest.ts";
import { storeChunk } from "../store-chunk.ts";
import type { BackupContext } from "./backup-context.ts";
import type { DumpedData } from "./dump-data.ts";
import { loadStatements } from "./load-statements.ts";

/** Stores the script that loads the data chunks, for a restore without Holdfast. */
export async function storeLoadScript(
  context: BackupContext,
  data: DumpedData,
  encoding: string,
): Promise<ManifestChunk> {
  const script = Buffer.from(loadStatements(data, encoding));
  const stored = await storeChunk({
    vault: context.vault,
    point: context.point,
    path: "schema/load.sh",
    source: (async function* () {
      yield script;
    })(),
    expectedPlainBytes: script.length + 1,
    lockMode: context.lockMode,
    signal: context.signal,
  });
  return { ...stored, kind: "load" };
}
