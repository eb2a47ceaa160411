import { generateKeyPair } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketReplicationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  readVaultState,
  replaceFile,
  type SandboxPaths,
  type VaultState,
  writeVaultState,
} from "./sandbox-state.ts";

/** Region of the sandbox's vault and of its replica. */
export const REGION = "eu-west-2";
export const REPLICA_REGION = "eu-west-1";
/** ministack takes any credentials; signed URLs work with these alone. */
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" } as const;

interface Clients {
  readonly s3: S3Client;
  readonly replicaS3: S3Client;
  readonly kms: KMSClient;
  readonly replicaKms: KMSClient;
}

async function withClients<Result>(
  endpoint: string,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const shared = { endpoint, credentials: CREDENTIALS };
  const clients = {
    s3: new S3Client({ ...shared, region: REGION, forcePathStyle: true }),
    replicaS3: new S3Client({ ...shared, region: REPLICA_REGION, forcePathStyle: true }),
    kms: new KMSClient({ ...shared, region: REGION }),
    replicaKms: new KMSClient({ ...shared, region: REPLICA_REGION }),
  };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/** A killed ministack loses its keys; what they sealed is then lost too, so half a vault counts as none. */
async function isComplete({ s3, replicaS3, kms, replicaKms }: Clients, state: VaultState): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: state.bucket }));
    await replicaS3.send(new HeadBucketCommand({ Bucket: state.replicaBucket }));
    await kms.send(new DescribeKeyCommand({ KeyId: state.kms }));
    await kms.send(new DescribeKeyCommand({ KeyId: state.signing }));
    await replicaKms.send(new DescribeKeyCommand({ KeyId: state.replicaKms }));
    return true;
  } catch {
    return false;
  }
}

async function createKey(kms: KMSClient, input: CreateKeyCommandInput): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  if (!KeyMetadata?.Arn) throw new Error("the AWS APIs made a key without an ARN");
  return KeyMetadata.Arn;
}

async function createBucket(s3: S3Client, bucket: string, region: "eu-west-1" | "eu-west-2"): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: region },
    }),
  );
  const closed = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true };
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket: bucket,
      PublicAccessBlockConfiguration: { ...closed, RestrictPublicBuckets: true },
    }),
  );
}

async function replicate(s3: S3Client, bucket: string, replicaBucket: string): Promise<void> {
  const rule = {
    ID: "replica",
    Priority: 1,
    Status: "Enabled" as const,
    Filter: { Prefix: "" },
    DeleteMarkerReplication: { Status: "Disabled" as const },
    Destination: { Bucket: `arn:aws:s3:::${replicaBucket}` },
  };
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: bucket,
      ReplicationConfiguration: { Role: "arn:aws:iam::000000000000:role/replication", Rules: [rule] },
    }),
  );
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && ["BucketAlreadyOwnedByYou", "BucketAlreadyExists"].includes(error.name);

/** Buckets under the first name that is free: one in use may hold what was sealed with keys that are lost. */
async function createBuckets(
  clients: Clients,
  generation: number,
): Promise<Pick<VaultState, "generation" | "bucket" | "replicaBucket">> {
  const bucket = `holdfast-sandbox-vault${generation === 1 ? "" : `-${generation}`}`;
  const replicaBucket = `${bucket}-replica`;
  try {
    await createBucket(clients.s3, bucket, REGION);
    await createBucket(clients.replicaS3, replicaBucket, REPLICA_REGION);
  } catch (error) {
    if (isTaken(error)) return createBuckets(clients, generation + 1);
    throw error;
  }
  await replicate(clients.s3, bucket, replicaBucket);
  return { generation, bucket, replicaBucket };
}

async function createVault(clients: Clients, generation: number): Promise<VaultState> {
  return {
    ...(await createBuckets(clients, generation)),
    kms: await createKey(clients.kms, { Description: "Holdfast sandbox: vault" }),
    replicaKms: await createKey(clients.replicaKms, { Description: "Holdfast sandbox: replica" }),
    signing: await createKey(clients.kms, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
  };
}

export interface EscrowFiles {
  readonly escrowPublicKeyFile: string;
  readonly escrowPrivateKeyFile: string;
}

/** The key pair that opens every point without any service; a real one's private half is kept off line. */
export async function ensureEscrowKeys(paths: SandboxPaths): Promise<EscrowFiles> {
  const files = {
    escrowPublicKeyFile: join(paths.keys, "escrow-public.pem"),
    escrowPrivateKeyFile: join(paths.keys, "escrow-private.pem"),
  };
  if (existsSync(files.escrowPublicKeyFile)) return files;
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  replaceFile(files.escrowPrivateKeyFile, pair.privateKey, 0o600);
  replaceFile(files.escrowPublicKeyFile, pair.publicKey);
  return files;
}

/**
 * The buckets and keys of the sandbox's vault: those of the last time, or new ones when they are gone.
 * @param onLost called when there was a vault and it is gone
 */
export function ensureVault(
  paths: SandboxPaths,
  endpoint: string,
  onLost: () => void = () => undefined,
): Promise<VaultState> {
  return withClients(endpoint, async (clients) => {
    const known = readVaultState(paths);
    if (known && (await isComplete(clients, known))) return known;
    if (known) onLost();
    const made = await createVault(clients, (known?.generation ?? 0) + 1);
    writeVaultState(paths, made);
    return made;
  });
}
