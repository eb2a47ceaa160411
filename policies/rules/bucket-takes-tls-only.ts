import { rule } from "../support/rule.ts";
import { type Statement, statementsOf } from "../support/statements.ts";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
export const bucketTakesTlsOnly = rule(
  "bucket-takes-tls-only",
  "A bucket's policy refuses requests without TLS.",
  ["aws:s3/bucketPolicy:BucketPolicy"],
  ({ props }) =>
    statementsOf(props.policy).some(deniesPlainHttp)
      ? []
      : ["add a statement that denies s3:* to everybody where aws:SecureTransport is false"],
);

const deniesPlainHttp = ({ effect, actions, principals, condition }: Statement): boolean =>
  effect === "Deny" &&
  actions.includes("s3:*") &&
  principals.includes("*") &&
  String(condition.Bool?.["aws:SecureTransport"]) === "false";
