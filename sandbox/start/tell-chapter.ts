import { bucketSlug } from "../../components/jobs/bucket-slug.ts";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { restore } from "../../jobs/restore.ts";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import { syncVerdict } from "../../jobs/storage/sync-problems.ts";
import { type VerifyResult, verify } from "../../jobs/verify.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { findPoint } from "../../vault/find-point.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import type { RunRecord } from "../../vault/mirror/run-record.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import { SEED_PRODUCTS } from "../seed/fill-project.ts";
import type { StorageAddress } from "../supabase/storage-address.ts";
import type { Chapter, FilesChapter } from "./chapter.ts";
import { countLostFiles } from "./count-lost-files.ts";
import { DISASTERS } from "./disasters.ts";
import { restoreFiles } from "./restore-files.ts";
import { leaveMarker, rewindProject, takeCheckpoint } from "./rewind-project.ts";
import { runScheduled } from "./run-scheduled.ts";
import type { StoryContext } from "./story-context.ts";
import { strike } from "./strike.ts";
import { strikeFiles } from "./strike-files.ts";

export interface Doors {
  readonly api: ManagementApi;
  readonly vault: Vault;
}

/** Where a product's data is: the project itself, or what it was restored into. */
interface Place {
  readonly address: DatabaseAddress;
  readonly storage: StorageAddress;
}

/** One product: protected, broken, restored and proved elsewhere, then rewound where it is. */
export async function tellChapter(
  context: StoryContext,
  { api, vault }: Doors,
  project: ProjectPlan,
): Promise<Chapter> {
  const { plan, clock, progress, signal, say } = context;
  const disaster = DISASTERS[project.name];
  if (disaster === undefined) throw new Error(`no disaster is written for ${project.name}`);
  const source = parseDatabaseUrl(await resolveSecret(project.connection, `the URL of ${project.name}`));
  const here: Place = { address: source, storage: sampleOf(context, project).storage };
  const common = { vault, project, workers: plan.job.workers, progress, signal };
  const tier = TIERS.find((name) => project.tiers[name]?.scope.kind === "full") ?? "emergency";
  const rewinding = { story: context, api, vault, project, ref: project.ref ?? "", source };
  const marker = await leaveMarker(rewinding);
  say(`${project.name}: the declared task of its ${tier} backup`);
  const started = clock().getTime();
  await runScheduled(context, `${project.name}.${tier}`);
  const backupSeconds = (clock().getTime() - started) / 1000;
  const manifest = await readManifest(vault, await findPoint(vault, project.name, "latest", { tier }));
  const point = { ...common, manifest };
  const synced = await mirrorFiles(context, vault, project);

  say(
    `${project.name}: ${disaster.rowsAfterBackup} rows arrive, a checkpoint, then the disaster: ${disaster.inWords}`,
  );
  await strike(source, [disaster.afterBackup]);
  const checkpoint = await takeCheckpoint(rewinding, marker);
  await strike(source, disaster.statements);
  if (disaster.files) await strikeFiles(here.storage, disaster.files);
  const incidentAt = clock().getTime();
  const damaged = await proveWithFiles(here, synced, (storage) =>
    verify({ ...point, target: source, tag: false, storage }),
  );

  const target = await makeTarget(context, project);
  const { database } = target.address;
  say(`${project.name}: restore ${manifest.id} into ${target.inWords}`);
  const restored = await restore({ ...point, target: target.address, confirm: database });
  const files =
    synced && (await restoreFiles(context, vault, manifest, synced.bucket, { ...here, ...target }));
  say(`${project.name}: prove ${target.inWords} against the manifest`);
  const proof = await proveWithFiles({ ...here, ...target }, synced, (storage) =>
    verify({ ...point, target: target.address, storage }),
  );
  const rtoSeconds = (clock().getTime() - incidentAt) / 1000;

  say(`${project.name}: recover the project itself to ${checkpoint.at.toISOString()}`);
  const rewind = await rewindProject(rewinding, checkpoint, new Date(incidentAt));
  return {
    project: project.name,
    ...figuresOf(manifest),
    storedBytes: manifest.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    backupSeconds,
    backupObjectiveSeconds: plan.alerts.thresholds.backupDurationWarningSeconds,
    checkpoint: { id: checkpoint.manifest.id, verdict: checkpoint.verdict, reasons: checkpoint.reasons },
    disaster: disaster.inWords,
    damagedVerdict: damaged.verdict,
    damagedReasons: reasonsOf(damaged),
    restoreSeconds: restored.durationSeconds,
    proofSeconds: proof.durationSeconds,
    proofVerdict: proof.verdict,
    checks: proof.checks.length,
    proofReasons: reasonsOf(proof),
    notRestored: restored.notRestored.map(({ what, why }) => `${what} (${why})`),
    rtoSeconds,
    rtoObjectiveSeconds: project.objectives.rtoSeconds,
    rpoSeconds: (incidentAt - new Date(manifest.createdAt).getTime()) / 1000,
    rpoObjectiveSeconds: project.objectives.rpoSeconds,
    rowsLost: disaster.rowsAfterBackup,
    ...(synced &&
      files && {
        files: {
          ...filesOf(synced, files),
          struck: (disaster.files?.deleted ?? 0) + (disaster.files?.overwritten ?? 0),
          lostByRewind: await countLostFiles(context, vault, checkpoint.manifest, synced.bucket, here),
        },
      }),
    rewind,
  };
}

function sampleOf({ sandbox }: StoryContext, { name }: ProjectPlan) {
  const product = SEED_PRODUCTS.find((one) => one === name);
  if (product === undefined) throw new Error(`${name} is no sample product`);
  return sandbox.supabase.projects[product];
}

/** Copies the product's bucket into the vault by its declared task, as every night. */
async function mirrorFiles(
  context: StoryContext,
  vault: Vault,
  { name, storage }: ProjectPlan,
): Promise<RunRecord | undefined> {
  const [rule] = storage;
  if (rule === undefined) return undefined;
  context.say(`${name}: the declared task of its nightly sync of ${rule.bucket}`);
  await runScheduled(context, `${name}.sync.${bucketSlug(rule.bucket)}`);
  return (await readIndex({ vault, project: name, bucket: rule.bucket })).head;
}

/** Proves a database together with the files that it speaks of, where there are any. */
async function proveWithFiles(
  { storage }: Place,
  synced: RunRecord | undefined,
  prove: (storage?: { kind: "endpoint"; source: StorageSource }) => Promise<VerifyResult>,
): Promise<VerifyResult> {
  if (synced === undefined) return prove();
  const source = new StorageSource(storage);
  try {
    return await prove({ kind: "endpoint", source });
  } finally {
    source.close();
  }
}

/** A product with files needs a new project, any other a database. */
async function makeTarget(
  { sandbox }: StoryContext,
  { name, storage }: ProjectPlan,
): Promise<{ address: DatabaseAddress; inWords: string; storage?: StorageAddress }> {
  const target = `${name}_restored`;
  if (storage.length === 0) {
    const url = await sandbox.createEmptyDatabase(target);
    return { address: parseDatabaseUrl(url), inWords: `the empty database ${target}` };
  }
  const made = await sandbox.createEmptyProject(`${name}restored`.padEnd(20, "x"), target);
  return {
    address: parseDatabaseUrl(made.url),
    storage: made.storage,
    inWords: `the new project ${made.ref}`,
  };
}

const figuresOf = (manifest: Manifest): Pick<Chapter, "point" | "tables" | "rows" | "sourceBytes"> => ({
  point: manifest.id,
  tables: manifest.tables.length,
  rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
  sourceBytes: manifest.source.sizeBytes,
});

const reasonsOf = ({ checks }: VerifyResult): string[] =>
  checks.filter(({ verdict }) => verdict !== "PASS").map(({ name, detail }) => `${name}: ${detail}`);

function filesOf(
  synced: RunRecord,
  restored: Awaited<ReturnType<typeof restoreFiles>>,
): Omit<FilesChapter, "struck" | "lostByRewind"> {
  return {
    bucket: synced.bucket,
    objects: synced.counts.copied ?? 0,
    bytes: synced.counts.bytes ?? 0,
    syncSeconds: (Date.parse(synced.completedAt) - Date.parse(synced.startedAt)) / 1000,
    syncVerdict: syncVerdict(synced),
    restored: restored.counts.restored,
    restoreSeconds: restored.durationSeconds,
    restoreVerdict: restored.verdict,
  };
}
