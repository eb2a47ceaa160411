import { readFile } from "node:fs/promises";
import type { KeyringNode } from "@aws-crypto/client-node";
import type { KMS } from "@aws-sdk/client-kms";
import type { Clock } from "../plan/clock.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { SecretReference } from "../plan/schema/secret-reference.ts";
import { checkBucket } from "./check-bucket.ts";
import { type EscrowKey, escrowPrivateKey, escrowPublicKey } from "./escrow-key.ts";
import { openSigner } from "./evidence/open-signer.ts";
import { keyClients } from "./key-client.ts";
import { decryptKeyring, encryptKeyring, RefusingKeyring } from "./keyring.ts";
import { keyArn, usableKeyArn } from "./kms-key.ts";
import { type CallTimeouts, storeClient } from "./store-client.ts";
import type { Vault, VaultKeys } from "./vault.ts";
import type { VaultSettings } from "./vault-settings.ts";

export interface OpenVaultOptions {
  readonly clock: Clock;
  /** Opens points without KMS, which is then never called. The vault can only be read. */
  readonly escrowPrivateKeyPem?: string | undefined;
  /** Reads the replica bucket with the replica key, without the vault's region. The vault can only be read. */
  readonly useReplica?: boolean | undefined;
  /**
   * `write` checks every key and the bucket now, so that a backup fails before it reads the database. `read` leaves
   * out keys that cannot be found: any one key opens a point.
   * @default "read"
   */
  readonly purpose?: "read" | "write" | undefined;
  /** Reads `vault.keys.signing.privateKey`, at the first signature. */
  readonly readSecret?: ((reference: SecretReference, what: string) => Promise<string>) | undefined;
  /** For tests and slow lines; the store's idle time is that of an answer of KMS. */
  readonly timeouts?: CallTimeouts | undefined;
}

/**
 * Opens the vault that a plan describes.
 * @throws HoldfastError VAULT_HAS_NO_REPLICA, ESCROW_KEY_INVALID (exit 2); with purpose `write` also KEY_UNAVAILABLE,
 * KEY_ACCESS_DENIED, KEY_SERVICE_UNAVAILABLE, BUCKET_UNKNOWN, BUCKET_NOT_LOCKABLE, STORE_…
 */
export async function openVault(settings: VaultSettings, options: OpenVaultOptions): Promise<Vault> {
  const { purpose = "read", useReplica = false, timeouts } = options;
  const place = useReplica ? replicaOf(settings) : { bucket: settings.bucket, region: settings.region };
  const clients = keyClients({
    ...(settings.kmsEndpoint && { endpoint: settings.kmsEndpoint }),
    ...(timeouts?.connectSeconds && { connectSeconds: timeouts.connectSeconds }),
    ...(timeouts?.idleSeconds && { answerSeconds: timeouts.idleSeconds }),
    ...(timeouts?.attempts && { attempts: timeouts.attempts }),
  });
  const keys = await openKeys(settings, options, clients.of);
  if (purpose === "write" && keys.writeProblem) throw keys.writeProblem;
  const s3 = storeClient({
    region: place.region,
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    ...timeouts,
  });
  if (purpose === "write") await checkBucket(s3, place.bucket, settings.lock.mode);
  const signer = openSigner(settings, clients.of, options.readSecret);
  return {
    environment: settings.environment,
    ...place,
    ...(settings.replicaBucket && settings.replicaRegion
      ? { replica: { bucket: settings.replicaBucket, region: settings.replicaRegion } }
      : {}),
    s3,
    ...keys,
    lockMode: settings.lock.mode,
    lockDays: settings.lock.mode === "none" ? 0 : (settings.lock.days ?? 0),
    clock: options.clock,
    ...(signer && { signer }),
    close() {
      s3.destroy();
      clients.close();
    },
  };
}

function replicaOf({ replicaBucket, replicaRegion }: VaultSettings): { bucket: string; region: string } {
  if (replicaBucket && replicaRegion) return { bucket: replicaBucket, region: replicaRegion };
  throw new HoldfastError({
    code: "VAULT_HAS_NO_REPLICA",
    message: "The plan names no replica of the vault.",
    hint: "Set vault.replicaRegion and vault.replicaBucket, or read the vault itself.",
    exitCode: 2,
  });
}

interface OpenedKeys {
  readonly keys: VaultKeys;
  readonly encryptKeyring: KeyringNode;
  readonly decryptKeyring: KeyringNode;
  readonly writeProblem?: Error;
}

async function openKeys(
  settings: VaultSettings,
  { escrowPrivateKeyPem, useReplica = false, purpose = "read" }: OpenVaultOptions,
  kmsClient: (region: string) => KMS,
): Promise<OpenedKeys> {
  const escrow = await readEscrowKey(settings.keys.escrowPublicKey);
  if (escrowPrivateKeyPem) return openWithEscrow(settings, escrowPrivateKey(escrowPrivateKeyPem), kmsClient);
  const found = await findKmsKeys(settings, { useReplica, verify: purpose === "write", kmsClient });
  const kmsKeyArns = [found.kms, found.replicaKms].filter((arn) => arn !== undefined);
  const keys: VaultKeys = {
    ...(found.kms && { kms: found.kms }),
    ...(found.replicaKms && { replicaKms: found.replicaKms }),
    ...(escrow && { escrowFingerprint: escrow.fingerprint }),
  };
  const writeProblem = useReplica
    ? readOnly("the replica")
    : (found.problem ?? noKeyAtAll(kmsKeyArns, escrow));
  const readProblem = kmsKeyArns.length === 0 ? (found.problem ?? escrowNeeded()) : undefined;
  const input = { kmsKeyArns, kmsClient, ...(escrow && { escrow }) };
  return {
    keys,
    encryptKeyring: writeProblem ? new RefusingKeyring(writeProblem) : encryptKeyring(input),
    decryptKeyring: readProblem ? new RefusingKeyring(readProblem) : decryptKeyring(input),
    ...(writeProblem && { writeProblem }),
  };
}

function openWithEscrow(
  { keys }: VaultSettings,
  escrow: EscrowKey,
  kmsClient: (region: string) => KMS,
): OpenedKeys {
  const writeProblem = readOnly("the escrow key");
  const named = { kms: keys.kms && keyArn(keys.kms), replicaKms: keys.replicaKms && keyArn(keys.replicaKms) };
  return {
    keys: {
      ...(named.kms && { kms: named.kms }),
      ...(named.replicaKms && { replicaKms: named.replicaKms }),
      escrowFingerprint: escrow.fingerprint,
    },
    encryptKeyring: new RefusingKeyring(writeProblem),
    decryptKeyring: decryptKeyring({ kmsKeyArns: [], kmsClient, escrow }),
    writeProblem,
  };
}

interface FoundKeys {
  readonly kms?: string | undefined;
  readonly replicaKms?: string | undefined;
  /** The first key that the plan names and that cannot be used. */
  readonly problem?: HoldfastError | undefined;
}

async function findKmsKeys(
  { keys, region, replicaRegion }: VaultSettings,
  {
    useReplica,
    verify,
    kmsClient,
  }: { useReplica: boolean; verify: boolean; kmsClient: (region: string) => KMS },
): Promise<FoundKeys> {
  const problems: HoldfastError[] = [];
  const find = async (field: "kms" | "replicaKms", home: string): Promise<string | undefined> => {
    const id = keys[field];
    if (!id) return undefined;
    const arn = verify ? undefined : keyArn(id);
    if (arn) return arn;
    const input = { field: `vault.keys.${field}`, id, region: home, clientOf: kmsClient };
    return usableKeyArn(input).catch((error: unknown) => {
      if (!(error instanceof HoldfastError)) throw error;
      problems.push(error);
      return undefined;
    });
  };
  const [kms, replicaKms] = await Promise.all([
    useReplica ? undefined : find("kms", region),
    find("replicaKms", replicaRegion ?? region),
  ]);
  return { kms, replicaKms, problem: problems[0] };
}

async function readEscrowKey(
  from: string | { readonly file: string } | undefined,
): Promise<EscrowKey | undefined> {
  if (from === undefined) return undefined;
  if (typeof from === "string") return escrowPublicKey(from);
  const pem = await readFile(from.file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new HoldfastError({
      code: "ESCROW_KEY_INVALID",
      message: `The escrow public key file ${from.file} cannot be read (${cause.code ?? "unknown"}).`,
      hint: "Correct vault.keys.escrowPublicKey.file; `openssl pkey -in private.pem -pubout -out FILE` writes it.",
      exitCode: 2,
      cause,
    });
  });
  return escrowPublicKey(pem);
}

function readOnly(opener: string): HoldfastError {
  return new HoldfastError({
    code: "VAULT_READ_ONLY",
    message: `The vault was opened with ${opener} and can only be read.`,
    hint: "Run the command without the escrow key and without the replica to write.",
    exitCode: 2,
  });
}

function noKeyAtAll(kmsKeyArns: readonly string[], escrow: EscrowKey | undefined): HoldfastError | undefined {
  if (kmsKeyArns.length > 0 || escrow) return undefined;
  return new HoldfastError({
    code: "VAULT_HAS_NO_KEY",
    message: "The plan's vault names neither a KMS key nor an escrow public key.",
    hint: "Set vault.keys.kms or vault.keys.escrowPublicKey.",
    exitCode: 2,
  });
}

function escrowNeeded(): HoldfastError {
  return new HoldfastError({
    code: "KEY_DOES_NOT_OPEN",
    message: "Points of this vault open with the escrow private key alone, and it was not given.",
    hint: "Give the file of the escrow private key (--escrow-key FILE).",
  });
}
