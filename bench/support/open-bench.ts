import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { stringify } from "yaml";
import { startMinistackServer } from "../../sandbox/servers/ministack-server.ts";
import { type PostgresServer, startPostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { reachableDirectory } from "../../sandbox/servers/reachable-directory.ts";
import { serverAccount } from "../../sandbox/servers/server-account.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { installMinistack } from "../../sandbox/tools/install-ministack.ts";
import type { BenchContext } from "./bench-context.ts";
import { type BenchStore, startBenchStore } from "./bench-store.ts";
import { BENCH_DATABASE, makeBenchDatabase } from "./make-database.ts";
import { installRivalTools } from "./rival-tools.ts";

export interface Bench {
  readonly context: BenchContext;
  /** Of the database on disk, indexes included. */
  readonly databaseBytes: number;
  close(): Promise<void>;
}

const DIRECTORY = resolve(import.meta.dirname, "../../.holdfast/bench");
const WORKERS = 2;
const VAULT_BUCKET = "bench-vault";
const RIVAL_BUCKET = "bench-rivals";
const REGION = "us-east-1";

/** Starts everything on this machine: PostgreSQL with the data, a store, KMS; installs the rivals. */
export async function openBench(scale: number, say: (text: string) => void): Promise<Bench> {
  const postgresDirectory = reachableDirectory(join(DIRECTORY, "postgres"), serverAccount());
  const remove = () => {
    rmSync(DIRECTORY, { recursive: true, force: true });
    rmSync(postgresDirectory, { recursive: true, force: true });
  };
  remove();
  const scratch = join(DIRECTORY, "scratch");
  mkdirSync(scratch, { recursive: true });
  say("Installing the rivals and starting the servers");
  const tools = await installRivalTools();
  const postgres = await startPostgres(postgresDirectory);
  const kms = await startMinistackServer({
    directory: join(DIRECTORY, "kms"),
    program: await installMinistack(),
  });
  const store = await startBenchStore(DIRECTORY);
  const env = environmentOf(postgres, store);
  // The keys and buckets are made with the credentials that the contenders will use.
  Object.assign(process.env, env);
  await makeBuckets(store);
  say("Making the data");
  const databaseBytes = await makeBenchDatabase(postgres, scale);
  const planFile = join(DIRECTORY, "plan.yaml");
  writeFileSync(planFile, stringify(planOf(store, kms.endpoint, await makeKey(kms.endpoint))));
  return {
    context: { postgres, store, tools, rivalBucket: RIVAL_BUCKET, planFile, env, scratch, workers: WORKERS },
    databaseBytes,
    async close() {
      await Promise.all([postgres.stop(), kms.stop(), store.stop()]);
      remove();
    },
  };
}

async function startPostgres(directory: string): Promise<PostgresServer> {
  const { binDirectory } = await findOrInstallPostgres();
  return await startPostgresServer({
    directory,
    binDirectory,
    archive: false,
    fsync: true,
    settings: { shared_buffers: "1GB", max_wal_size: "8GB", checkpoint_timeout: "30min" },
  });
}

function environmentOf(postgres: PostgresServer, store: BenchStore): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    BENCH_URL: postgres.url(BENCH_DATABASE),
    HOLDFAST_PG_BIN: postgres.binDirectory,
    PGHOST: postgres.host,
    PGPORT: String(postgres.port),
    PGUSER: postgres.user,
    PGPASSWORD: postgres.password,
    PGDATABASE: BENCH_DATABASE,
  };
}

async function makeBuckets(store: BenchStore): Promise<void> {
  const s3 = new S3Client({ endpoint: store.endpoint, region: REGION, forcePathStyle: true });
  for (const bucket of [VAULT_BUCKET, RIVAL_BUCKET])
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  s3.destroy();
}

async function makeKey(endpoint: string): Promise<string> {
  const kms = new KMSClient({ endpoint, region: REGION });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  kms.destroy();
  if (KeyMetadata?.Arn === undefined) throw new Error("CreateKey returned no ARN");
  return KeyMetadata.Arn;
}

function planOf(store: BenchStore, kmsEndpoint: string, kms: string): Record<string, unknown> {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    environment: "bench",
    vault: {
      bucket: VAULT_BUCKET,
      region: REGION,
      endpoint: store.endpoint,
      kmsEndpoint,
      lock: { mode: "none" },
      keys: { kms, escrowPublicKey: publicKey },
    },
    job: { workers: WORKERS },
    projects: [{ name: BENCH_DATABASE, kind: "postgres", connection: { env: "BENCH_URL" } }],
  };
}
