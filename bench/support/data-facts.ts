import { withClient } from "../../sandbox/seed/with-client.ts";
import type { BenchContext } from "./bench-context.ts";
import { machineFacts } from "./machine-facts.ts";

/** The machine, and the versions of everything that handles the data. */
export async function dataFacts(context: BenchContext): Promise<Record<string, string>> {
  const version = await withClient(context.postgres.url(), (client) =>
    client.query<{ version: string }>("SELECT version()"),
  );
  return {
    ...machineFacts(),
    postgres: version.rows[0]?.version ?? "",
    store: context.store.name,
    workers: String(context.workers),
    ...context.tools.versions,
  };
}
