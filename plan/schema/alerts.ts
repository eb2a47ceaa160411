import { z } from "zod";
import { lateAfterSeconds } from "../late-after.ts";
import { field } from "./field.ts";
import { secretReference } from "./secret-reference.ts";
import { duration, schedule, text, uniqueList, wholeNumber } from "./texts.ts";

const topic = (what: string) =>
  field(
    z.strictObject({
      arn: text({
        text: "an SNS topic that exists; the stack makes one when absent",
        example: "arn:aws:sns:eu-central-1:123456789012:critical",
        range: "the ARN of an SNS topic",
        form: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
      }).optional(),
      emails: uniqueList(
        text({
          text: "who is mailed",
          example: "on-call@example.com",
          range: "an e-mail address",
          form: /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/,
        }),
        { text: "who is mailed", example: "[on-call@example.com]", of: "e-mail addresses" },
      ).default([]),
    }),
    { text: what, range: "{arn, emails}", example: "{emails: [on-call@example.com]}" },
  ).prefault({});

const Thresholds = z
  .strictObject({
    pitrGapCritical: duration({
      text: "gap in point-in-time recovery that is critical",
      example: "1h",
      min: "1m",
      max: "30d",
    }).prefault("1h"),
    pitrLagWarning: duration({
      text: "lag of point-in-time recovery that is a warning",
      example: "5m",
      min: "1m",
      max: "1d",
    }).prefault("5m"),
    backupDurationWarning: duration({
      text: "duration of a backup that is a warning; an hour later, and after two hours at least, it is missed",
      example: "15m",
      min: "1m",
      max: "1d",
    }).prefault("15m"),
    completionPercent: wholeNumber({
      text: "share of scheduled backups that must complete",
      example: "99",
      min: 50,
      max: 100,
    }).default(99),
    storagePercent: wholeNumber({
      text: "share of the declared storage budget that is a warning",
      example: "80",
      min: 1,
      max: 100,
    }).default(80),
  })
  .transform((value) => ({
    pitrGapCriticalSeconds: value.pitrGapCritical,
    pitrLagWarningSeconds: value.pitrLagWarning,
    backupDurationWarningSeconds: value.backupDurationWarning,
    /** How late a backup or sync may end before somebody is told. */
    lateAfterSeconds: lateAfterSeconds(value.backupDurationWarning),
    completionPercent: value.completionPercent,
    storagePercent: value.storagePercent,
  }));

/** Who hears of what. A failed backup is always critical. */
export const Alerts = z.strictObject({
  topics: field(
    z.strictObject({
      critical: topic("failed backups and gaps in point-in-time recovery"),
      warning: topic("slow backups, lag, storage"),
      info: topic("weekly results"),
    }),
    {
      text: "who hears of what",
      range: "{critical, warning, info}",
      example: "{critical: {emails: [on-call@example.com]}}",
    },
  ).prefault({}),
  thresholds: field(Thresholds, {
    text: "when an alert is raised",
    range: "{pitrGapCritical, pitrLagWarning, backupDurationWarning, completionPercent, storagePercent}",
    example: "{pitrLagWarning: 5m}",
  }).prefault({}),
  chatWebhook: secretReference({
    text: "where the chat webhook's URL is",
    example: "{env: CHAT_WEBHOOK_URL}",
  }).optional(),
  /** The alert path is itself tested: an alert that must arrive. */
  canary: field(
    z.strictObject({
      schedule: schedule({ text: "when it is sent, UTC", example: '"0 7 * * 1"' }).default("0 7 * * 1"),
    }),
    { text: "the test alert", range: "{schedule: cron}", example: '{schedule: "0 7 * * 1"}' },
  ).prefault({}),
});
export type Alerts = z.output<typeof Alerts>;
