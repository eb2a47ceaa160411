import { join } from "node:path";
import { connect } from "../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { planChunks } from "../../postgres/plan-chunks.ts";
import { readCatalog } from "../../postgres/read-catalog.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { BenchContext } from "../support/bench-context.ts";
import { BENCH_DATABASE } from "../support/make-database.ts";
import { measure, shell } from "../support/measure.ts";

/**
 * What no dump can go below: the same chunks, as many at once, `COPY … TO STDOUT | zstd -1` thrown away. No
 * encryption, no upload, no hash, no schema.
 */
export async function floor(context: BenchContext): Promise<number> {
  const chunks = await readChunks(context);
  const psql = join(context.postgres.binDirectory, "psql");
  const startedAt = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < chunks.length) {
      const sql = chunks[next++] ?? "";
      const [command, args] = shell('"$1" -X -q -c "$2" | zstd -1 -q -c > /dev/null', psql, sql);
      await measure(command, args, { env: context.env });
    }
  };
  await Promise.all(Array.from({ length: context.workers }, worker));
  return (performance.now() - startedAt) / 1000;
}

async function readChunks(context: BenchContext): Promise<string[]> {
  const client = await connect(parseDatabaseUrl(context.postgres.url(BENCH_DATABASE)));
  try {
    const catalog = await readCatalog(client, { kind: "full" }, { supabase: false });
    return planChunks(catalog.tables, { workers: context.workers }).map((chunk) => chunk.sql);
  } finally {
    await closeClient(client);
  }
}
