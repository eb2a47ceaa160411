import type { KeyringNode } from "@aws-crypto/client-node";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "../plan/clock.ts";
import type { EvidenceSigner } from "./evidence/evidence-signer.ts";

/** How objects are protected against deletion and change.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export type LockMode = "compliance" | "governance" | "none";

/** Which keys wrap the data key of each object; any one of them opens it. */
export interface VaultKeys {
  /** ARN of the vault region's KMS key. */
  readonly kms?: string;
  /** ARN of the replica region's KMS key. */
  readonly replicaKms?: string;
  /** SHA-256 (hex) of the escrow public key's DER (SPKI). */
  readonly escrowFingerprint?: string;
}

/** An opened vault: the bucket, the keys and the clock everything in `vault/` works with. */
export interface Vault {
  readonly environment: string;
  /** The bucket in use: the replica bucket when the vault was opened with `useReplica`. */
  readonly bucket: string;
  readonly region: string;
  readonly replica?: { readonly bucket: string; readonly region: string };
  readonly s3: S3Client;
  readonly encryptKeyring: KeyringNode;
  readonly decryptKeyring: KeyringNode;
  readonly lockMode: LockMode;
  /** Days that evidence stays locked; at least the longest retention of the plan. 0 with lock mode none. */
  readonly lockDays: number;
  readonly clock: Clock;
  readonly keys: VaultKeys;
  readonly signer?: EvidenceSigner;
  /** Why this vault cannot be written, when it cannot; reading still works. */
  readonly writeProblem?: Error;
  /** Ends the connections. The vault is unusable afterwards. */
  close(): void;
}
