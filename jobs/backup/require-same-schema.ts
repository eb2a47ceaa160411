import type pg from "pg";
import { compareFingerprints } from "../../postgres/compare-fingerprints.ts";
import { type FingerprintEntry, readFingerprint } from "../../postgres/fingerprint.ts";
import { schemaChanging } from "./schema-changing.ts";

/**
 * pg_dump lists objects as of its snapshot, but has the server write many definitions as they are at that moment: of
 * a function dropped in between it writes half a statement, and succeeds. Here the catalog is read once more, as it is
 * now: when all that the snapshot saw is still there and the same, so was it while pg_dump read it. Objects made in
 * between do no harm: the snapshot does not see them.
 *
 * @param client a session outside of the snapshot
 * @throws HoldfastError SCHEMA_CHANGING
 */
export async function requireSameSchema(
  client: pg.Client,
  before: readonly FingerprintEntry[],
  options: { readonly supabase: boolean },
): Promise<void> {
  const now = await readFingerprint(client, { supabase: options.supabase });
  const changed = compareFingerprints(before, now).find(
    // Large objects come and go like rows, and are read as of the snapshot.
    ({ kind, problem }) => problem !== "extra" && kind !== "large objects",
  );
  if (changed === undefined) return;
  const what = changed.problem === "missing" ? "dropped" : "changed";
  throw schemaChanging(`${changed.kind} ${changed.name} was ${what}`);
}
