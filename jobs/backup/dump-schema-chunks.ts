import type { Catalog } from "../../postgres/catalog.ts";
import { readDatabaseProperties } from "../../postgres/database-properties.ts";
import { dumpLargeObjects, dumpRoles, dumpSection } from "../../postgres/dump-schema.ts";
import { digestFingerprint, type FingerprintEntry, readFingerprint } from "../../postgres/fingerprint.ts";
import { LargeObjectHash } from "../../postgres/large-object-hash.ts";
import { readManagedAdditions } from "../../postgres/read-managed-additions.ts";
import { readRoles } from "../../postgres/read-roles.ts";
import type { Snapshot } from "../../postgres/snapshot.ts";
import type { Manifest, ManifestChunk } from "../../vault/manifest.ts";
import { runWorkers } from "../run-workers.ts";
import { storeChunk } from "../store-chunk.ts";
import type { BackupContext } from "./backup-context.ts";
import { schemaDumpError } from "./schema-changing.ts";
import { sequenceStatements } from "./sequence-statements.ts";

export interface DumpedSchema {
  readonly chunks: ManifestChunk[];
  readonly catalog: Manifest["catalog"];
  readonly largeObjects: Manifest["largeObjects"];
  /** The whole catalog, as of the snapshot. */
  readonly fingerprint: readonly FingerprintEntry[];
}

export interface SchemaView {
  readonly snapshot: Snapshot;
  readonly catalog: Catalog;
}

/** One text of a point and where it comes from, opened when its turn comes. */
interface SchemaText {
  readonly kind: ManifestChunk["kind"];
  readonly path: string;
  readonly open: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly expectedBytes?: number;
}

/** Worst case that the upload of a schema text plans for. */
const SCHEMA_BYTES = 512 * 1024 * 1024;
const ENTRIES_A_BLOCK = 500;

/**
 * Stores everything of a point that is not rows: roles, both halves of the schema, sequences, large objects, and the
 * catalog's fingerprint that a restore is proved against.
 */
export async function dumpSchemaChunks(context: BackupContext, view: SchemaView): Promise<DumpedSchema> {
  const { client } = view.snapshot;
  const { supabase } = context;
  const fingerprint = await readFingerprint(client, { supabase });
  const roles = await readRoles(client, { supabase });
  const isWhole = view.catalog.scope.kind !== "tables";
  const additions = supabase && isWhole ? await readManagedAdditions(client) : [];
  const properties = isWhole ? await readDatabaseProperties(client, { supabase }) : [];
  const objects = new LargeObjectHash();
  const texts: SchemaText[] = [
    ...toolTexts(context, view, objects),
    { kind: "role-list", path: "schema/roles.json", open: () => text(JSON.stringify(roles)) },
    {
      kind: "sequences",
      path: "schema/sequences.sql",
      open: () => text(sequenceStatements(view.catalog.sequences)),
    },
    { kind: "catalog", path: "schema/catalog.jsonl", open: () => lines(fingerprint) },
    ...statementsText(
      "platform-additions",
      additions.map(({ sql }) => sql),
    ),
    ...statementsText("database", properties),
  ];
  const chunks = await storeTexts(context, texts);
  return {
    chunks,
    fingerprint,
    catalog: digestFingerprint(fingerprint),
    largeObjects: {
      count: view.catalog.largeObjects.count,
      rows: objects.rows,
      hash: objects.rows === 0 ? "" : objects.digest(),
    },
  };
}

function statementsText(
  kind: "platform-additions" | "database",
  statements: readonly string[],
): SchemaText[] {
  if (statements.length === 0) return [];
  return [{ kind, path: `schema/${kind}.sql`, open: () => text(`${statements.join("\n")}\n`) }];
}

/** What pg_dump and pg_dumpall write, under the same snapshot as the rows. */
function toolTexts(context: BackupContext, view: SchemaView, objects: LargeObjectHash): SchemaText[] {
  const { tools, address, supabase, lockTimeoutSeconds: lockWaitSeconds } = context;
  const options = (signal: AbortSignal) => ({
    snapshotId: view.snapshot.id,
    supabase,
    lockWaitSeconds,
    signal,
  });
  const section = (name: "pre-data" | "post-data", signal: AbortSignal) =>
    dumpSection(tools, address, {
      ...options(signal),
      section: name,
      without: view.catalog.besides,
    });
  const texts: SchemaText[] = [
    { kind: "roles", path: "schema/roles.sql", open: (signal) => dumpRoles(tools, address, options(signal)) },
    { kind: "pre-data", path: "schema/pre-data.sql", open: (signal) => section("pre-data", signal) },
    { kind: "post-data", path: "schema/post-data.sql", open: (signal) => section("post-data", signal) },
  ];
  if (view.catalog.largeObjects.count === 0) return texts;
  const largeObjects: SchemaText = {
    kind: "large-objects",
    path: "schema/large-objects.sql",
    open: (signal) => objects.through(dumpLargeObjects(tools, address, options(signal))),
    // Content is written as hexadecimal digits.
    expectedBytes: 4 * context.databaseBytes + SCHEMA_BYTES,
  };
  return [largeObjects, ...texts];
}

async function storeTexts(context: BackupContext, texts: readonly SchemaText[]): Promise<ManifestChunk[]> {
  const chunks: ManifestChunk[] = [];
  await runWorkers({
    items: texts,
    workers: context.workers,
    signal: context.signal,
    open: async () => undefined,
    close: async () => undefined,
    work: async ({ kind, path, open, expectedBytes = SCHEMA_BYTES }, _, index, signal) => {
      const stored = await storeChunk({
        vault: context.vault,
        point: context.point,
        path,
        source: open(signal),
        expectedPlainBytes: expectedBytes,
        lockMode: context.lockMode,
        signal,
      }).catch((error: unknown) => {
        throw schemaDumpError(error);
      });
      chunks[index] = { ...stored, kind };
    },
  });
  return chunks;
}

async function* text(content: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(content);
}

async function* lines(entries: readonly object[]): AsyncIterable<Uint8Array> {
  for (let from = 0; from < entries.length; from += ENTRIES_A_BLOCK) {
    const block = entries.slice(from, from + ENTRIES_A_BLOCK);
    yield Buffer.from(block.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
}
