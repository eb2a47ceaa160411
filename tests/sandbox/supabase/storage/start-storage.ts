import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type pg from "pg";
import { openStorageDatabase } from "../../../../sandbox/supabase/storage/open-storage-database.ts";
import type { StorageAccess } from "../../../../sandbox/supabase/storage/storage-context.ts";
import type { StorageFault, StorageRequest } from "../../../../sandbox/supabase/storage/storage-fault.ts";
import { createStorageGateway } from "../../../../sandbox/supabase/storage/storage-gateway.ts";
import { createSupabaseDatabase } from "../../../support/databases.ts";
import { testDirectory } from "../../../support/run-directory.ts";

export const REF = "abcdefghijklmnopqrst";
export const SERVICE_KEY = "service-role-token";

export interface TestStorage {
  readonly endpoint: string;
  /** `…/storage/v1`. */
  readonly base: string;
  readonly directory: string;
  readonly s3: S3Client;
  readonly pool: pg.Pool;
  /** To change in a test. */
  access: StorageAccess;
  fault: ((request: StorageRequest) => StorageFault | undefined) | undefined;
  now: Date | undefined;
  client(config?: Partial<S3ClientConfig>): S3Client;
  rows(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** A gateway in front of an empty project's database, behind the simulator's path prefix. */
export async function startStorage(options: { anyKey?: boolean } = {}): Promise<TestStorage> {
  const { adminUrl } = await createSupabaseDatabase();
  const pool = openStorageDatabase(adminUrl);
  const directory = await testDirectory("storage");
  const prefix = `/projects/${REF}`;
  const gateway = createStorageGateway({
    directory,
    ref: REF,
    region: "eu-west-2",
    database: async () => pool,
    access: () => storage.access,
    clock: () => storage.now ?? new Date(),
    fault: (request) => storage.fault?.(request),
    ...options,
  });
  const server = createServer((incoming, outgoing) => {
    void gateway.handle(incoming, outgoing, prefix);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}${prefix}/storage/v1`;
  const credentials = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
  const clients: S3Client[] = [];
  const client = (config: Partial<S3ClientConfig> = {}) => {
    const made = new S3Client({
      endpoint: `${base}/s3`,
      region: "eu-west-2",
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
      ...config,
    });
    clients.push(made);
    return made;
  };
  const storage: TestStorage = {
    endpoint: `${base}/s3`,
    base,
    directory,
    s3: client(),
    pool,
    access: {
      s3Protocol: true,
      accessKeys: [credentials],
      serviceKeys: [SERVICE_KEY],
      tokenSecret: "token-secret",
      fileSizeLimitBytes: 64 * 1024 * 1024,
    },
    fault: undefined,
    now: undefined,
    client,
    rows: async (sql, ...values) => (await pool.query(sql, values)).rows,
    async close() {
      for (const made of clients) made.destroy();
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
  return storage;
}

/** Name and HTTP status of the error that a request is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<[string, number]> {
  try {
    await work;
  } catch (error) {
    const { name, Code, $metadata } = error as {
      name: string;
      Code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return [Code ?? name, $metadata?.httpStatusCode ?? 0];
  }
  throw new Error("the request was answered");
}
