/** Region of the sandbox's vault, and of its replica. */
export const REGION = "eu-west-2";
export const REPLICA_REGION = "eu-west-1";

/** ministack takes any credentials; signed URLs work with these alone. */
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** The vault that the sandbox's plan names, and its stack makes. */
export const VAULT = {
  bucket: "holdfast-sandbox-vault",
  replicaBucket: "holdfast-sandbox-vault-replica",
  kms: "alias/holdfast-sandbox",
  replicaKms: "alias/holdfast-sandbox-replica",
  signing: "alias/holdfast-sandbox-evidence",
} as const;
