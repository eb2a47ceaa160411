/** Id of the one rule that copies the vault to its replica; S3's metrics name it. */
export const REPLICATION_RULE = "everything";
