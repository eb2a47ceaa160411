import { rule, unless } from "../support/rule.ts";

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
export const scheduleCannotFailSilently = rule(
  "schedule-cannot-fail-silently",
  "A schedule runs in UTC, is enabled, tries again, and leaves what failed in a queue.",
  ["aws:scheduler/schedule:Schedule"],
  ({ props }) =>
    unless(
      [(props.scheduleExpressionTimezone ?? "UTC") === "UTC", "set `scheduleExpressionTimezone` to UTC"],
      [(props.state ?? "ENABLED") === "ENABLED", "set `state` to ENABLED"],
      [(props.target?.retryPolicy?.maximumRetryAttempts ?? 0) >= 1, "add `target.retryPolicy`"],
      [Boolean(props.target?.deadLetterConfig), "add `target.deadLetterConfig`"],
    ),
);
