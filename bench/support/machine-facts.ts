import { cpus, release, totalmem } from "node:os";
import { withClient } from "../../sandbox/seed/with-client.ts";
import type { BenchContext } from "./bench-context.ts";

/** Without these a figure means nothing. */
export async function machineFacts(context: BenchContext): Promise<Record<string, string>> {
  const version = await withClient(context.postgres.url(), (client) =>
    client.query<{ version: string }>("SELECT version()"),
  );
  const [cpu] = cpus();
  return {
    cpu: `${cpus().length} × ${cpu?.model ?? "?"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    postgres: version.rows[0]?.version ?? "",
    store: context.store.name,
    workers: String(context.workers),
    ...context.tools.versions,
  };
}
