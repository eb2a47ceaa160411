import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { openProject } from "../../scripts/lib/open-project.ts";
import { startBenchStore } from "../support/bench-store.ts";
import { type AuditSizes, auditSizes } from "./audit-sizes.ts";
import { fillEvidence } from "./fill-evidence.ts";
import { fillVault } from "./fill-vault.ts";

export interface AuditBench {
  readonly full: AuditSizes & { readonly plan: string };
  /** A tenth of it, in the same vault. */
  readonly tenth: AuditSizes & { readonly plan: string };
  /** Name and version. */
  readonly store: string;
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const DIRECTORY = resolve(import.meta.dirname, "../../.holdfast/bench-audit");
const BUCKET = "bench-vault";
const REGION = "us-east-1";
/** Where the store keeps the bucket's objects as files. */
const FOLDER = join(DIRECTORY, "store", BUCKET);

/** A vault with the points of two projects, in a store of its own process. */
export async function openAuditBench(share: number, say: (text: string) => void): Promise<AuditBench> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY, { recursive: true });
  const store = await startBenchStore(DIRECTORY, { hasVersions: true });
  const close = async () => {
    await store.stop();
    rmSync(DIRECTORY, { recursive: true, force: true });
  };
  try {
    const env = {
      ...{ AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey },
      ...{ AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: "true" },
    };
    // The bucket is made and filled with the credentials that the audit will use.
    Object.assign(process.env, env);
    const s3 = new S3Client({ endpoint: store.endpoint, region: REGION, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    s3.destroy();
    const sizes = { full: auditSizes(share), tenth: auditSizes(share / 10) };
    const plan = (name: keyof typeof sizes) => writePlan(store.endpoint, name, sizes[name].points);
    const full = { ...sizes.full, plan: plan("full") };
    const tenth = { ...sizes.tenth, plan: plan("tenth") };
    await fill(full, tenth, say);
    return { full, tenth, store: store.name, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(
  full: AuditBench["full"],
  tenth: AuditBench["tenth"],
  say: (text: string) => void,
): Promise<void> {
  const now = new Date();
  const fills = [
    { project: "full", now, folder: FOLDER, ...full },
    { project: "tenth", now, folder: FOLDER, ...tenth },
  ];
  const { vault } = await openProject({ plan: full.plan }, { clock: () => now, purpose: "write" });
  try {
    for (const one of fills) {
      say(`Storing ${one.points * (one.chunks + 1)} objects in ${one.points} points`);
      await fillVault(vault, one);
    }
    await fillEvidence(vault, fills);
  } finally {
    vault.close();
  }
}

function writePlan(endpoint: string, name: string, days: number): string {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const plan = {
    environment: "bench",
    vault: {
      ...{ bucket: BUCKET, region: REGION, endpoint },
      lock: { mode: "governance" },
      keys: { escrowPublicKey: publicKey },
    },
    projects: [
      {
        ...{ name, kind: "postgres", connection: { env: "BENCH_URL" } },
        tiers: { nightly: { retain: { days } } },
      },
    ],
  };
  const file = join(DIRECTORY, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(plan));
  return file;
}
