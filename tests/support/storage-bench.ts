import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import type { StorageSyncRequest } from "../../jobs/storage/storage-sync-request.ts";
import { storageSync } from "../../jobs/storage-sync.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import type { RunRecord } from "../../vault/mirror/run-record.ts";
import { startStorage, type TestStorage } from "../sandbox/supabase/storage/start-storage.ts";
import { createJobBench, type JobBench, testProject } from "./jobs.ts";

export const PHOTOS = "order_photos";

/** A Supabase project whose plan names these buckets, order_photos unless given. */
export function storageProject(
  storage: readonly Readonly<Record<string, unknown>>[] = [{ bucket: PHOTOS }],
  overrides: Readonly<Record<string, unknown>> = {},
): ProjectPlan {
  const storageAccess = {
    accessKeyId: { env: "STORAGE_ACCESS_KEY_ID" },
    secretAccessKey: { env: "STORAGE_SECRET_ACCESS_KEY" },
  };
  return testProject({ kind: "supabase", storage, storageAccess, ...overrides });
}

/** A Supabase project with Storage, its bucket `order_photos` in the plan, and a vault that keeps versions. */
export interface StorageBench extends JobBench {
  readonly storage: TestStorage;
  /** Of the project's database. */
  readonly url: string;
  readonly place: MirrorPlace;
  source(): StorageSource;
  put(name: string, body: string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  sync(more?: Partial<StorageSyncRequest>): Promise<RunRecord>;
  close(): Promise<void>;
}

export async function createStorageBench(
  project: ProjectPlan = storageProject(),
  options: Parameters<typeof startStorage>[0] = {},
): Promise<StorageBench> {
  const bench = await createJobBench({ project, lockMode: "governance" });
  const storage = await startStorage(options);
  const { connectionString: url = "" } = storage.pool.options;
  await storage.rows("INSERT INTO storage.buckets (id, name) VALUES ($1, $1)", PHOTOS);
  const keys = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
  const source = () =>
    new StorageSource({
      endpoint: storage.endpoint,
      region: "eu-west-2",
      ...keys,
      attempts: 2,
      idleSeconds: 5,
    });
  const place = { vault: bench.vault, project: project.name, bucket: PHOTOS };
  return {
    ...bench,
    storage,
    url,
    place,
    source,
    put: async (Key, body) => {
      const Body = Buffer.from(body);
      await storage.s3.send(new PutObjectCommand({ Bucket: PHOTOS, Key, Body, ContentType: "image/jpeg" }));
    },
    remove: async (Key) => {
      await storage.s3.send(new DeleteObjectCommand({ Bucket: PHOTOS, Key }));
    },
    sync: async (more = {}) => {
      const from = source();
      try {
        const request = { ...place, address: parseDatabaseUrl(url), source: from, workers: 4 };
        return await storageSync({ ...request, progress: () => undefined, ...more });
      } finally {
        from.close();
      }
    },
    close: async () => {
      await storage.close();
      bench.vault.close();
    },
  };
}
