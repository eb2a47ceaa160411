import type pg from "pg";
import { splitStatements } from "../../postgres/split-statements.ts";
import { readSmallChunk } from "../read-small-chunk.ts";
import type { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";

/** Sets every sequence to where it stood in the source. */
export async function restoreSequences(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
): Promise<void> {
  const setAll = async () => {
    const sql = await readSmallChunk(context.vault, context.manifest, "sequences");
    for (const statement of splitStatements(sql)) await client.query(statement);
  };
  // Some may be unlogged; setting the others once more changes nothing.
  await journal.once(client, "sequences", setAll, { unlogged: true });
}
