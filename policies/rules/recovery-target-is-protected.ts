import { rule, unless } from "../support/rule.ts";

/** After a cut-over the restore target is production. */
export const recoveryTargetIsProtected = rule(
  "recovery-target-is-protected",
  "A database tagged holdfast:purpose=recovery is deleted by nobody's mistake.",
  ["aws:rds/instance:Instance"],
  ({ props, opts }) =>
    props.tags?.["holdfast:purpose"] === "recovery"
      ? unless(
          [opts.protect, "set `protect: true`"],
          [props.deletionProtection === true, "set `deletionProtection: true`"],
          [props.skipFinalSnapshot !== true, "remove `skipFinalSnapshot`"],
        )
      : [],
);
