import { rule, unless } from "../support/rule.ts";

/** Days that a key scheduled for deletion can still be saved; the longest that KMS offers. */
const DELETION_WINDOW_DAYS = 30;

/** Losing the key is losing every backup. @see https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable.html */
export const keyIsGuarded = rule(
  "key-is-guarded",
  "A key is protected, enabled, rotated where it can be, and deleted only after 30 days.",
  ["aws:kms/key:Key"],
  ({ props, opts }) => {
    const rotates = (props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
    return unless(
      [opts.protect, "set `protect: true`: without the key no recovery point opens"],
      [props.isEnabled !== false, "remove `isEnabled: false`"],
      [!rotates || props.enableKeyRotation === true, "set `enableKeyRotation: true`"],
      [
        (props.deletionWindowInDays ?? DELETION_WINDOW_DAYS) >= DELETION_WINDOW_DAYS,
        `set \`deletionWindowInDays\` to ${DELETION_WINDOW_DAYS}`,
      ],
    );
  },
);
