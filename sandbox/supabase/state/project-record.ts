import { z } from "zod";

const instant = z.iso.datetime();

/** Work of the platform on a project; it goes on after a restart until `doneAt` is set. */
export const taskShape = z.object({
  kind: z.enum(["create", "resize", "restore", "pause", "unpause", "restart"]),
  startedAt: instant,
  /** The least that it takes. */
  seconds: z.number().nonnegative(),
  /** When the real work ended. */
  doneAt: instant.optional(),
  failed: z.boolean().optional(),
  /** The moment to recover, in seconds since 1970. */
  targetSeconds: z.number().int().optional(),
  /** How a recovery was told to go wrong when it was accepted. */
  fault: z.enum(["restore-failed", "restored-wrong"]).optional(),
  /** A project that is being created: the password that its cluster gets; gone with the task. */
  password: z.string().optional(),
});

const apiKeyShape = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(["legacy", "publishable", "secret"]),
  value: z.string(),
  description: z.string().nullable(),
  secretJwtTemplate: z.record(z.string(), z.unknown()).nullable(),
  insertedAt: instant,
  updatedAt: instant,
});

const functionShape = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(["ACTIVE", "REMOVED", "THROTTLED"]),
  version: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
  verifyJwt: z.boolean(),
  importMap: z.boolean(),
  entrypointPath: z.string().optional(),
  importMapPath: z.string().optional(),
  sha256: z.string(),
  /** Of the stored body. */
  contentType: z.string(),
});

const branchShape = z.object({
  id: z.uuid(),
  name: z.string(),
  parentRef: z.string(),
  gitBranch: z.string().optional(),
  persistent: z.boolean(),
});

/** Everything that the platform knows of a project; what is in its database is not here. */
export const projectShape = z.object({
  ref: z.string().regex(/^[a-z]{20}$/),
  id: z.number().int(),
  name: z.string(),
  /** Slug. */
  organization: z.string(),
  region: z.string(),
  createdAt: instant,
  /** A project without a cluster costs nothing: for audits of thousands. */
  database: z.enum(["cluster", "none"]),
  /** The status while no task runs. */
  status: z.string(),
  /** Since when `status` holds. */
  statusSince: instant,
  task: taskShape.optional(),
  /** The variant of each add-on, e.g. `{compute_instance: "ci_small", pitr: "pitr_7"}`. */
  addons: z.record(z.string(), z.string()),
  addonsChangedAt: instant.optional(),
  branch: branchShape.optional(),
  schedule: z.object({ at: z.string(), updatedAt: instant, changes: z.array(instant) }).optional(),
  readOnly: z.object({ enabled: z.boolean(), liftedUntil: instant.optional() }),
  restrictions: z.object({
    v4: z.array(z.string()),
    v6: z.array(z.string()),
    old: z.object({ v4: z.array(z.string()), v6: z.array(z.string()) }).optional(),
    updatedAt: instant.optional(),
    appliedAt: instant.optional(),
  }),
  sslEnforced: z.boolean(),
  storage: z.object({
    fileSizeLimit: z.number().int(),
    s3Protocol: z.boolean(),
    imageTransformation: z.boolean(),
  }),
  rootKey: z.string(),
  jwtSecret: z.string(),
  /** Of the project's Storage over S3. */
  s3Keys: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  apiKeys: z.array(apiKeyShape),
  legacyKeysEnabled: z.boolean(),
  functions: z.array(functionShape),
  /** Names and digests; the values are nowhere. */
  secrets: z.array(z.object({ name: z.string(), digest: z.string(), updatedAt: instant })),
  restorePoints: z.array(
    z.object({
      name: z.string(),
      requestedAt: instant,
      completedAt: instant.optional(),
      failed: z.boolean(),
    }),
  ),
  /** What the last failed task said, for whoever looks for the reason. */
  lastFailure: z.string().optional(),
});

export type ProjectRecord = z.infer<typeof projectShape>;
export type ProjectTask = z.infer<typeof taskShape>;
export type ApiKeyRecord = z.infer<typeof apiKeyShape>;
export type FunctionRecord = z.infer<typeof functionShape>;
