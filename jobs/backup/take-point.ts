import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { pointId } from "../../plan/point-id.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import type { TierRule } from "../../plan/schema/tiers.ts";
import type { PostgresTools } from "../../postgres/find-tools.ts";
import type { PreflightProblem } from "../../postgres/preflight-problem.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { writeManifest } from "../../vault/write-manifest.ts";
import type { BackupContext } from "./backup-context.ts";
import type { BackupRequest } from "./backup-request.ts";
import { buildManifest } from "./build-manifest.ts";
import { describeSource } from "./describe-source.ts";
import { dumpData } from "./dump-data.ts";
import { dumpSchemaChunks } from "./dump-schema-chunks.ts";
import { dumpStorage } from "./dump-storage.ts";
import { newestMigration } from "./newest-migration.ts";
import { openView, type SourceView } from "./open-view.ts";
import { readBuckets } from "./read-buckets.ts";
import { requireReadableSource } from "./require-readable-source.ts";
import { requireSameSchema } from "./require-same-schema.ts";
import { isSchemaChanging } from "./schema-changing.ts";
import { storeLoadScript } from "./store-load-script.ts";

/** What a backup has found out and holds before it looks at the data. */
export interface BackupSetup {
  readonly tools: PostgresTools;
  readonly rule: TierRule;
  /** The session with the lock that keeps other backups out; free for reads outside of the snapshot. */
  readonly guard: pg.Client;
}

export interface TakenPoint {
  readonly manifest: Manifest;
  readonly warnings: readonly PreflightProblem[];
}

const LOCK_TIMEOUT_SECONDS = 30;
/** Migrations, and other runs of the same second, that one backup lets go first. */
const ATTEMPTS = 3;
/** Points are named by the second: a further attempt must not meet the objects of the one before. */
const PAUSE_MILLISECONDS = 1_000;

/**
 * Takes one point of one still moment of the source. When a migration gets between the moment and what is read under
 * it, the migration goes first and the point is taken of a moment after it. So it does when another run, dead or done,
 * has named its point by the same second: its objects are never written over.
 */
export async function takePoint(request: BackupRequest, setup: BackupSetup): Promise<TakenPoint> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptPoint(request, setup);
    } catch (error) {
      if (attempt === ATTEMPTS || !(isSchemaChanging(error) || isNameTaken(error))) throw error;
      await sleep(PAUSE_MILLISECONDS, undefined, { signal: request.signal });
    }
  }
}

const isNameTaken = (error: unknown): boolean =>
  error instanceof HoldfastError && error.code === "OBJECT_EXISTS";

async function attemptPoint(request: BackupRequest, setup: BackupSetup): Promise<TakenPoint> {
  const { address, project, vault, lockTimeoutSeconds = LOCK_TIMEOUT_SECONDS } = request;
  const { rule, tools } = setup;
  const supabase = project.kind === "supabase";
  let warnings: readonly PreflightProblem[] = [];
  const view = await openView(address, rule.scope, {
    supabase,
    lockTimeoutSeconds,
    admit: async (candidate) => {
      warnings = await requireReadableSource(candidate, { tools, workers: request.workers });
    },
  });
  try {
    const context: BackupContext = {
      vault,
      point: {
        project: project.name,
        tier: request.tier,
        id: pointId(request.tier, view.snapshot.takenAt, request.gitDescribe),
      },
      lockMode: rule.lockMode,
      address,
      tools,
      supabase,
      workers: request.workers,
      lockTimeoutSeconds,
      progress: request.progress,
      signal: request.signal,
      databaseBytes: view.catalog.sizeBytes,
    };
    return { manifest: await dumpView(request, context, view, setup), warnings };
  } finally {
    await view.snapshot.close();
  }
}

async function dumpView(
  request: BackupRequest,
  context: BackupContext,
  view: SourceView,
  { rule, guard }: BackupSetup,
): Promise<Manifest> {
  const { snapshot, catalog } = view;
  const buckets = await readBuckets(snapshot.client, bucketsOf(request, rule));
  const source = await describeSource(snapshot.client, context);
  const migration = await newestMigration(snapshot.client);
  const schema = await dumpSchemaChunks(context, { snapshot, catalog });
  await requireSameSchema(guard, schema.fingerprint, context);
  const storage = await dumpStorage(context, snapshot.client, buckets);
  const data = await dumpData(context, view);
  const load = await storeLoadScript(context, data, source.encoding);
  return await writeManifest(
    context.vault,
    buildManifest(context, {
      createdAt: snapshot.takenAt,
      retentionDays: retentionDays(rule),
      scope: rule.scope,
      source,
      catalog,
      schema: { ...schema, chunks: [...schema.chunks, load] },
      data,
      storage,
      git: {
        ...(request.gitDescribe === undefined ? {} : { describe: request.gitDescribe }),
        ...(migration === undefined ? {} : { migration }),
      },
    }),
    { lockMode: rule.lockMode },
  );
}

/** Whose objects the point lists: those of the plan, where there is Storage and the point is of data. */
function bucketsOf({ project }: BackupRequest, { scope }: TierRule): string[] {
  const hasInventory = project.kind === "supabase" && scope.kind !== "schema";
  return hasInventory ? project.storage.map(({ bucket }) => bucket) : [];
}
