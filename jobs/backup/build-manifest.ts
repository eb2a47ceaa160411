import type { TierScope } from "../../plan/schema/tiers.ts";
import type { Catalog } from "../../postgres/catalog.ts";
import {
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type Manifest,
  type UnsealedManifest,
} from "../../vault/manifest.ts";
import { HOLDFAST_VERSION } from "../holdfast-version.ts";
import type { BackupContext } from "./backup-context.ts";
import type { DumpedData } from "./dump-data.ts";
import type { DumpedSchema } from "./dump-schema-chunks.ts";
import type { DumpedStorage } from "./dump-storage.ts";
import { publicToolsSteps } from "./public-tools.ts";

/** Puts together what a point holds and what must come back; sealed and stored last, by `writeManifest`. */
export function buildManifest(
  context: BackupContext,
  facts: {
    readonly createdAt: Date;
    readonly retentionDays: number;
    readonly scope: TierScope;
    readonly source: Manifest["source"];
    readonly catalog: Catalog;
    readonly schema: DumpedSchema;
    readonly data: DumpedData;
    readonly storage: DumpedStorage;
    readonly git: Manifest["git"];
  },
): UnsealedManifest {
  const { vault, point } = context;
  const chunks = [...facts.schema.chunks, ...facts.data.chunks, ...facts.storage.chunks];
  const manifest: Omit<UnsealedManifest, "restoreWithPublicTools"> = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    id: point.id,
    project: point.project,
    environment: vault.environment,
    tier: point.tier,
    createdAt: facts.createdAt.toISOString(),
    completedAt: vault.clock().toISOString(),
    scope: facts.scope,
    retainUntil: new Date(facts.createdAt.getTime() + facts.retentionDays * 86_400_000).toISOString(),
    source: facts.source,
    tool: { holdfast: HOLDFAST_VERSION, pgDump: context.tools.version },
    git: facts.git,
    keys: { ...vault.keys },
    chunks,
    tables: [...facts.data.tables],
    sequences: facts.catalog.sequences.map(({ schema, name, lastValue, isCalled }) => ({
      schema,
      name,
      lastValue,
      isCalled,
    })),
    largeObjects: facts.schema.largeObjects,
    catalog: facts.schema.catalog,
    ...(facts.storage.buckets.length > 0 && { storage: [...facts.storage.buckets] }),
    notIncluded: facts.catalog.notIncluded.map(({ what, why }) => ({ what, why })),
  };
  return { ...manifest, restoreWithPublicTools: publicToolsSteps(vault.bucket, manifest) };
}
