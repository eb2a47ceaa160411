import type pg from "pg";
import type { StorageSyncRequest } from "../storage-sync.ts";
import type { SyncReport } from "./sync-report.ts";

/** Names what the listing shows and the catalog, asked again, does not have. */
export async function compareListing(
  { source, bucket, signal }: StorageSyncRequest,
  guard: pg.Client,
  report: SyncReport,
) {
  const ask = async (names: readonly string[]): Promise<void> => {
    const { rows } = await guard.query<{ name: string }>(
      `SELECT listed.name FROM pg_catalog.unnest($2::text[]) AS listed (name)
       WHERE NOT EXISTS (SELECT FROM storage.objects WHERE bucket_id = $1 AND objects.name = listed.name)`,
      [bucket, names],
    );
    for (const { name } of rows) {
      report.count("bytesWithoutRows");
      report.add({ name, problem: "bytes-without-row" });
    }
  };
  let names: string[] = [];
  for await (const { name } of source.list(bucket, signal)) {
    if (names.push(name) < 1_000) continue;
    await ask(names);
    names = [];
  }
  if (names.length > 0) await ask(names);
}
