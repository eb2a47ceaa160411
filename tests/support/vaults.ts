import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateKeyCommand, type CreateKeyCommandInput, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { getAws, runDirectory, type TestAws } from "./servers.ts";

/** A client of the test's S3, for looking behind the product's back. Destroy it after use. */
export function testS3(aws: TestAws, region: string = aws.region): S3Client {
  return new S3Client({ endpoint: aws.endpoint, region, forcePathStyle: true });
}

/** A client of the test's KMS. Destroy it after use. */
export function testKms(aws: TestAws, region: string = aws.region): KMSClient {
  return new KMSClient({ endpoint: aws.endpoint, region });
}

export interface TestBucketOptions {
  /** @default false */
  readonly objectLock?: boolean;
  /** Object lock switches versioning on in any case. @default false */
  readonly versioning?: boolean;
  /** @default the AWS region of the tests */
  readonly region?: string;
  /** @default a fresh name */
  readonly name?: string;
  /** @default the shared one */
  readonly aws?: TestAws;
}

/** Makes an empty bucket and returns its name. */
export async function createBucket(options: TestBucketOptions = {}): Promise<string> {
  const aws = options.aws ?? (await getAws());
  const region = options.region ?? aws.region;
  const name = options.name ?? `vault-${randomBytes(6).toString("hex")}`;
  const s3 = testS3(aws, region);
  await s3.send(
    new CreateBucketCommand({
      Bucket: name,
      ObjectLockEnabledForBucket: options.objectLock ?? false,
      CreateBucketConfiguration: { LocationConstraint: region === "eu-west-1" ? "eu-west-1" : "eu-west-2" },
    }),
  );
  if (options.versioning)
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }),
    );
  s3.destroy();
  return name;
}

export interface EscrowFiles {
  readonly escrowPublicKeyFile: string;
  readonly escrowPrivateKeyFile: string;
}

let escrowPairs = 0;

/** A fresh RSA key pair in PEM files (SPKI and PKCS #8). */
export async function createEscrowKeys(): Promise<EscrowFiles> {
  const directory = await runDirectory();
  escrowPairs += 1;
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const escrowPublicKeyFile = join(directory, `escrow-${escrowPairs}-public.pem`);
  const escrowPrivateKeyFile = join(directory, `escrow-${escrowPairs}-private.pem`);
  writeFileSync(escrowPublicKeyFile, pair.publicKey);
  writeFileSync(escrowPrivateKeyFile, pair.privateKey, { mode: 0o600 });
  return { escrowPublicKeyFile, escrowPrivateKeyFile };
}

export interface TestKeys extends EscrowFiles {
  /** ARN of the vault key, in the region of the tests. */
  readonly kms: string;
  /** ARN of the key in the replica region. */
  readonly replicaKms: string;
  /** ARN of the signing key (ECC_NIST_P256). */
  readonly signing: string;
}

async function createKey(aws: TestAws, region: string, input: CreateKeyCommandInput): Promise<string> {
  const kms = testKms(aws, region);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  kms.destroy();
  if (!KeyMetadata?.Arn) throw new Error("CreateKey returned no ARN");
  return KeyMetadata.Arn;
}

/** Fresh keys of a vault: two KMS keys in two regions, a KMS signing key, an escrow key pair in files. */
export async function createKmsKeys(shared?: TestAws): Promise<TestKeys> {
  const aws = shared ?? (await getAws());
  return {
    kms: await createKey(aws, aws.region, { Description: "vault" }),
    replicaKms: await createKey(aws, aws.replicaRegion, { Description: "vault replica" }),
    signing: await createKey(aws, aws.region, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    ...(await createEscrowKeys()),
  };
}

export interface TestVault {
  /** With `environment`, so that it opens as it is; a plan has that one level up. */
  readonly vault: VaultSettings & { readonly endpoint: string };
  readonly escrowPrivateKeyFile: string;
}

export interface TestVaultOptions {
  /** @default "none" */
  readonly lockMode?: "compliance" | "governance" | "none";
  /** @default the shared one */
  readonly aws?: TestAws;
}

/**
 * The `vault` part of a protection plan, with a fresh bucket and fresh keys on the test's AWS, and the file of the
 * escrow key that a plan never holds.
 */
export async function createVaultPlan(options: TestVaultOptions = {}): Promise<TestVault> {
  const aws = options.aws ?? (await getAws());
  const mode = options.lockMode ?? "none";
  const keys = await createKmsKeys(aws);
  const vault = {
    environment: "test",
    bucket: await createBucket({ aws, objectLock: mode !== "none" }),
    region: aws.region,
    replicaRegion: aws.replicaRegion,
    endpoint: aws.endpoint,
    kmsEndpoint: aws.endpoint,
    lock: { mode, ...(mode === "none" ? {} : { days: 400 }) },
    keys: {
      kms: keys.kms,
      replicaKms: keys.replicaKms,
      escrowPublicKey: { file: keys.escrowPublicKeyFile },
      signing: { kms: keys.signing },
    },
  };
  return { vault, escrowPrivateKeyFile: keys.escrowPrivateKeyFile };
}
