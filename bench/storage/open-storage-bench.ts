import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { stringify } from "yaml";
import { withClient } from "../../sandbox/seed/with-client.ts";
import { type MinistackServer, startMinistackServer } from "../../sandbox/servers/ministack-server.ts";
import { reachableDirectory } from "../../sandbox/servers/reachable-directory.ts";
import { serverAccount } from "../../sandbox/servers/server-account.ts";
import { type SupabaseServer, startSupabaseServer } from "../../sandbox/servers/supabase-server.ts";
import type { ProjectAccess } from "../../sandbox/supabase/control-endpoints.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { installMinistack } from "../../sandbox/tools/install-ministack.ts";
import { openProject } from "../../scripts/lib/open-project.ts";
import { type BenchStore, startBenchStore } from "../support/bench-store.ts";
import { installRivalTools } from "../support/rival-tools.ts";
import { makeObjects } from "./make-objects.ts";
import { openRclone, type Rclone } from "./rclone.ts";
import { seedIndex } from "./seed-index.ts";
import { FIRST, LARGE, LISTED, REF, SMALL, type StorageSizes } from "./storage-project.ts";

export interface StorageBench {
  readonly sizes: StorageSizes;
  /** The plan of the simulated project under one of its names, each of which has a mirror of its own. */
  planOf(name: string): string;
  readonly env: NodeJS.ProcessEnv;
  readonly source: S3Client;
  readonly rclone: Rclone;
  readonly versions: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const DIRECTORY = resolve(import.meta.dirname, "../../.holdfast/bench");
const VAULT_BUCKET = "bench-vault";
export const RIVAL_BUCKET = "bench-rivals";
const REGION = "us-east-1";
/** A mirror of its own for each round and for each bucket of the nights. */
export const firstProject = (round: number) => `first-${round}`;
export const NIGHTS = "nights";
/** Its bucket's mirror is an index alone. */
export const INVENTORY = "inventory";

interface Servers {
  readonly store: BenchStore;
  readonly kms: MinistackServer;
  readonly supabase: SupabaseServer;
  readonly project: ProjectAccess;
}

/** A simulated project with its Storage and its catalog in real PostgreSQL, a vault, keys; all processes of their own. */
export async function openStorageBench(
  sizes: StorageSizes,
  runs: number,
  say: (text: string) => void,
): Promise<StorageBench> {
  const reachable = reachableDirectory(join(DIRECTORY, "storage"), serverAccount());
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
    rmSync(DIRECTORY, { recursive: true, force: true });
    rmSync(reachable, { recursive: true, force: true });
  };
  await close();
  mkdirSync(DIRECTORY, { recursive: true });
  try {
    say("Installing rclone and starting the servers");
    const tools = await installRivalTools();
    const servers = await startServers(reachable, closers);
    const { store, project, kms, supabase } = servers;
    const env = environmentOf(servers);
    // Keys and buckets are made with the credentials that the contenders will use.
    Object.assign(process.env, env);
    await makeBuckets(store);
    say("Making the objects");
    await fill(project, join(supabase.directory, "projects", REF, "storage"), sizes);
    const key = await makeKey(kms.endpoint);
    const firsts = Array.from({ length: runs }, (_, at) => firstProject(at + 1));
    for (const name of firsts) writePlan(servers, key, name, FIRST);
    writePlan(servers, key, NIGHTS, SMALL, LARGE);
    writePlan(servers, key, INVENTORY, LISTED);
    say("Writing an index");
    await fillIndex(project);
    const src = project.storage;
    const source = new S3Client({ ...src, forcePathStyle: true, credentials: src });
    closers.push(async () => source.destroy());
    const rclone = await openRclone(
      tools.rclone,
      { src, dst: { ...store, region: REGION } },
      `${RIVAL_BUCKET}/sealed`,
    );
    const versions = { store: store.name, rclone: tools.versions.rclone ?? "" };
    return { sizes, planOf, env, source, rclone, versions, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startServers(directory: string, closers: (() => Promise<void>)[]): Promise<Servers> {
  const store = await startBenchStore(DIRECTORY, { hasVersions: true });
  closers.push(() => store.stop());
  const program = await installMinistack();
  const kms = await startMinistackServer({ directory: join(DIRECTORY, "kms"), program });
  closers.push(() => kms.stop());
  const { binDirectory } = await findOrInstallPostgres();
  const supabase = await startSupabaseServer({ directory, binDirectory });
  closers.push(() => supabase.stop());
  const project = await supabase.addProject({
    ref: REF,
    name: "bench",
    organization: "holdfast-pro",
    compute: "ci_small",
    database: "cluster",
    password: randomBytes(16).toString("hex"),
  });
  return { store, kms, supabase, project };
}

async function fill(project: ProjectAccess, blobs: string, sizes: StorageSizes): Promise<void> {
  await withClient(project.adminUrl ?? "", async (client) => {
    const { firstBytes, nightBytes } = sizes;
    const into = { client, blobs };
    await makeObjects({ ...into, bucket: FIRST, objects: sizes.firstObjects, bytes: firstBytes });
    await makeObjects({ ...into, bucket: SMALL, objects: sizes.smallObjects, bytes: nightBytes });
    await makeObjects({ ...into, bucket: LARGE, objects: sizes.largeObjects, bytes: nightBytes });
    await makeObjects({ ...into, bucket: LISTED, objects: sizes.listedObjects });
  });
}

async function fillIndex(project: ProjectAccess): Promise<void> {
  const clock = () => new Date();
  const { vault } = await openProject({ plan: planOf(INVENTORY) }, { clock, purpose: "write" });
  try {
    await withClient(project.adminUrl ?? "", (client) =>
      seedIndex(client, { vault, project: INVENTORY, bucket: LISTED }),
    );
  } finally {
    vault.close();
  }
}

function environmentOf({ store, project }: Servers): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    // As the image sets it for every job.
    NODE_COMPILE_CACHE: join(DIRECTORY, "compiled"),
    BENCH_URL: project.databaseUrl ?? "",
    BENCH_STORAGE_ID: project.storage.accessKeyId,
    BENCH_STORAGE_SECRET: project.storage.secretAccessKey,
  };
}

async function makeBuckets({ endpoint }: BenchStore): Promise<void> {
  const s3 = new S3Client({ endpoint, region: REGION, forcePathStyle: true });
  for (const Bucket of [VAULT_BUCKET, RIVAL_BUCKET]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  s3.destroy();
}

async function makeKey(endpoint: string): Promise<string> {
  const kms = new KMSClient({ endpoint, region: REGION });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  kms.destroy();
  if (KeyMetadata?.Arn === undefined) throw new Error("CreateKey returned no ARN");
  return KeyMetadata.Arn;
}

const planOf = (name: string) => join(DIRECTORY, `${name}.yaml`);

function writePlan(
  { store, kms, project }: Servers,
  key: string,
  name: string,
  ...buckets: readonly string[]
): void {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const { endpoint, region } = project.storage;
  const plan = {
    environment: "bench",
    vault: {
      bucket: VAULT_BUCKET,
      region: REGION,
      endpoint: store.endpoint,
      kmsEndpoint: kms.endpoint,
      lock: { mode: "none" },
      keys: { kms: key, escrowPublicKey: publicKey },
    },
    projects: [
      {
        name,
        ...{ ref: REF, region },
        connection: { env: "BENCH_URL" },
        storage: buckets.map((bucket) => ({ bucket })),
        storageAccess: {
          endpoint,
          accessKeyId: { env: "BENCH_STORAGE_ID" },
          secretAccessKey: { env: "BENCH_STORAGE_SECRET" },
        },
      },
    ],
  };
  writeFileSync(planOf(name), stringify(plan));
}
