import { rule, unless } from "../support/rule.ts";

/** Overwritten and deleted objects stay readable, and locks need versions. */
export const vaultIsVersioned = rule(
  "vault-is-versioned",
  "Versioning of a bucket is never suspended.",
  ["aws:s3/bucketVersioning:BucketVersioning"],
  ({ props }) =>
    unless([
      props.versioningConfiguration?.status === "Enabled",
      'set `versioningConfiguration.status` to "Enabled"',
    ]),
);
