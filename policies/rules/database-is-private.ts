import { rule, unless } from "../support/rule.ts";

/** A restore target holds production's data. */
export const databaseIsPrivate = rule(
  "database-is-private",
  "A database is encrypted and has no public address.",
  ["aws:rds/instance:Instance"],
  ({ props }) =>
    unless(
      [props.storageEncrypted === true, "set `storageEncrypted: true`"],
      [props.publiclyAccessible !== true, "remove `publiclyAccessible`"],
    ),
);
