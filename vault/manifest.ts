import { z } from "zod";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { TIERS } from "../plan/tier.ts";

/** The version this program writes. Newer ones are refused, older ones are read through `UPGRADES`. */
export const MANIFEST_VERSION = 1;
export const MANIFEST_FORMAT = "holdfast.recovery-point";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");
const instant = z.iso.datetime();

const ManifestChunk = z.object({
  path: z.string().min(1),
  kind: z.enum([
    "roles",
    "pre-data",
    "post-data",
    "sequences",
    "data",
    "large-objects",
    "catalog",
    "role-list",
    "platform-additions",
    "database",
    "load",
    "storage-inventory",
  ]),
  plainBytes: count,
  /** Stored, that is compressed and encrypted, size. */
  bytes: count,
  /** Of the stored bytes. */
  sha256,
  versionId: z.string().optional(),
  /** Index into `tables`. */
  table: count.optional(),
  rows: count.optional(),
  hash: z.string().optional(),
});

const ManifestTable = z.object({
  schema: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  rows: count,
  hash: z.string(),
  condition: z.string().optional(),
  /** The partitioned table whose rows they are: in another database they may belong to another of its partitions. */
  loadVia: z.object({ schema: z.string(), name: z.string() }).optional(),
  managed: z.boolean(),
  note: z.string().optional(),
});

const ManifestSource = z.object({
  serverVersion: z.string(),
  serverMajor: z.int().positive(),
  database: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  systemIdentifier: z.string(),
  databaseOid: z.int().nonnegative(),
  supabase: z.boolean(),
  sizeBytes: count,
});

/** One bucket of Supabase Storage as it was at the snapshot: which objects belong to the point, and how it was set. */
const ManifestBucket = z.object({
  /** The bucket's id. */
  bucket: z.string().min(1),
  public: z.boolean(),
  /** In bytes; absent when the bucket has no limit of its own. */
  fileSizeLimit: count.optional(),
  /** Absent when every type is allowed. */
  allowedMimeTypes: z.array(z.string()).optional(),
  /** `CREATE POLICY` statements on `storage.objects` that concern the bucket. */
  policies: z.array(z.string()),
  objects: count,
  /** Of the objects themselves, as far as their rows tell it. */
  bytes: count,
  /** Of the inventory's lines, in any order. */
  hash: z.string(),
  /** Path of the chunk that lists the objects. */
  chunk: z.string().min(1),
});

/** What a recovery point holds and what must come back, taken in the dump's own snapshot. */
export const Manifest = z.object({
  format: z.literal(MANIFEST_FORMAT),
  version: z.literal(MANIFEST_VERSION),
  id: z.string().min(1),
  project: z.string().min(1),
  environment: z.string().min(1),
  tier: z.enum(TIERS),
  /** Time of the snapshot. */
  createdAt: instant,
  completedAt: instant,
  scope: z.unknown(),
  retainUntil: instant,
  source: ManifestSource,
  tool: z.object({ holdfast: z.string(), pgDump: z.string() }),
  git: z.object({ describe: z.string().optional(), migration: z.string().optional() }),
  keys: z.object({
    kms: z.string().optional(),
    replicaKms: z.string().optional(),
    escrowFingerprint: z.string().optional(),
  }),
  chunks: z.array(ManifestChunk),
  tables: z.array(ManifestTable),
  sequences: z.array(
    z.object({ schema: z.string(), name: z.string(), lastValue: z.string(), isCalled: z.boolean() }),
  ),
  largeObjects: z.object({ count, rows: count, hash: z.string() }),
  catalog: z.record(z.string(), z.object({ count, hash: z.string() })),
  /** The plan's buckets; absent in a point without storage inventory. */
  storage: z.array(ManifestBucket).optional(),
  notIncluded: z.array(z.object({ what: z.string(), why: z.string() })),
  restoreWithPublicTools: z.array(z.string()),
  seal: z.string().min(1),
});
export type Manifest = z.infer<typeof Manifest>;
export type ManifestChunk = Manifest["chunks"][number];
export type ManifestBucket = z.infer<typeof ManifestBucket>;

/** A manifest that `writeManifest` still has to seal. */
export type UnsealedManifest = Omit<Manifest, "seal">;

/** Turns a manifest of the version in the key into one of the next version. */
export type ManifestUpgrades = Readonly<
  Record<number, (older: Record<string, unknown>) => Record<string, unknown>>
>;
const UPGRADES: ManifestUpgrades = {};

/**
 * Reads a manifest of this or an older version. The seal is not checked here: see `readManifest`.
 * @param name for messages, e.g. the object's key
 * @throws HoldfastError MANIFEST_TOO_NEW, MANIFEST_DAMAGED
 */
export function parseManifest(raw: unknown, name: string, upgrades: ManifestUpgrades = UPGRADES): Manifest {
  let current = asRecord(raw, name);
  const { version } = current;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0) {
    throw damaged(name, `its version is ${JSON.stringify(version)}, not a whole number`);
  }
  if (version > MANIFEST_VERSION) {
    throw new HoldfastError({
      code: "MANIFEST_TOO_NEW",
      message: `${name} has manifest version ${version}; this program reads up to ${MANIFEST_VERSION}.`,
      hint: "Update holdfast to the release that wrote the point, or a later one.",
    });
  }
  for (let step = version; step < MANIFEST_VERSION; step++) {
    const upgrade = upgrades[step];
    if (!upgrade) throw damaged(name, `there is no manifest version ${step}`);
    current = upgrade(current);
  }
  const parsed = Manifest.safeParse(current);
  if (!parsed.success) throw damaged(name, z.prettifyError(parsed.error).split("\n").slice(0, 6).join(" "));
  return parsed.data;
}

function asRecord(raw: unknown, name: string): Record<string, unknown> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw damaged(name, "it is not an object");
  const record: Record<string, unknown> = { ...raw };
  if (record.format !== MANIFEST_FORMAT) throw damaged(name, `its format is not ${MANIFEST_FORMAT}`);
  return record;
}

function damaged(name: string, why: string): HoldfastError {
  return new HoldfastError({
    code: "MANIFEST_DAMAGED",
    message: `${name} is not a manifest: ${why}.`,
    hint: "Restore the object's previous version in the bucket, or use another recovery point.",
  });
}
