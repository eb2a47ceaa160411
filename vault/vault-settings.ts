import type { SecretReference } from "../plan/schema/secret-reference.ts";
import type { LockMode } from "./vault.ts";

/** What opening a vault needs of the plan: its `vault` section and the environment's name. */
export interface VaultSettings {
  readonly environment: string;
  readonly bucket: string;
  readonly region: string;
  readonly replicaRegion?: string | undefined;
  readonly replicaBucket?: string | undefined;
  /** URL of an S3-compatible store; AWS when absent. */
  readonly endpoint?: string | undefined;
  /** URL of a KMS; AWS when absent. */
  readonly kmsEndpoint?: string | undefined;
  readonly lock: { readonly mode: LockMode; readonly days?: number | undefined };
  readonly keys: {
    /** Key id, key ARN, alias or alias ARN. */
    readonly kms?: string | undefined;
    readonly replicaKms?: string | undefined;
    /** PEM, or the file that holds it. */
    readonly escrowPublicKey?: string | { readonly file: string } | undefined;
    readonly signing?: { readonly kms: string } | { readonly privateKey: SecretReference } | undefined;
  };
}
