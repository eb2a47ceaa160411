import { rule, unless } from "../support/rule.ts";

/** A drill's target that cannot be destroyed costs money and keeps production's data for ever. */
export const drillTargetIsDisposable = rule(
  "drill-target-is-disposable",
  "What is tagged holdfast:purpose=drill can be destroyed without a trace.",
  undefined,
  ({ type, props, opts }) => {
    if (props.tags?.["holdfast:purpose"] !== "drill") return [];
    return [
      ...unless([!opts.protect, "remove `protect`"]),
      ...(type === "aws:rds/instance:Instance"
        ? unless(
            [props.deletionProtection !== true, "remove `deletionProtection`"],
            [props.skipFinalSnapshot === true, "set `skipFinalSnapshot: true`"],
          )
        : []),
    ];
  },
);
