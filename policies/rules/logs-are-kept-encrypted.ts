import { rule, unless } from "../support/rule.ts";

/** Logs are evidence for a while, and a cost for ever where nobody bounds them. */
export const logsAreKeptEncrypted = rule(
  "logs-are-kept-encrypted",
  "A log group has a retention and is encrypted by a key of the stack.",
  ["aws:cloudwatch/logGroup:LogGroup"],
  ({ props }) =>
    unless(
      [(props.retentionInDays ?? 0) > 0, "set `retentionInDays`"],
      [Boolean(props.kmsKeyId), "set `kmsKeyId`"],
    ),
);
