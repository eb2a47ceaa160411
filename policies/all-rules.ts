import type { Policies } from "@pulumi/policy";
import { bucketIsEncrypted } from "./rules/bucket-is-encrypted.ts";
import { bucketIsPrivate } from "./rules/bucket-is-private.ts";
import { bucketOutlivesTheStack } from "./rules/bucket-outlives-the-stack.ts";
import { bucketTakesTlsOnly } from "./rules/bucket-takes-tls-only.ts";
import { databaseIsPrivate } from "./rules/database-is-private.ts";
import { drillTargetIsDisposable } from "./rules/drill-target-is-disposable.ts";
import { everythingIsTagged } from "./rules/everything-is-tagged.ts";
import { keyIsGuarded } from "./rules/key-is-guarded.ts";
import { lockCoversRetention } from "./rules/lock-covers-retention.ts";
import { logsAreKeptEncrypted } from "./rules/logs-are-kept-encrypted.ts";
import { messagesAreEncrypted } from "./rules/messages-are-encrypted.ts";
import { noPlaintextSecrets } from "./rules/no-plaintext-secrets.ts";
import { noWildcardPermissions } from "./rules/no-wildcard-permissions.ts";
import { nothingListens } from "./rules/nothing-listens.ts";
import { objectLockStaysOn } from "./rules/object-lock-stays-on.ts";
import { pointsExpireVerified } from "./rules/points-expire-verified.ts";
import { recoveryTargetIsProtected } from "./rules/recovery-target-is-protected.ts";
import { scheduleCannotFailSilently } from "./rules/schedule-cannot-fail-silently.ts";
import { vaultIsComplete } from "./rules/vault-is-complete.ts";
import { vaultIsVersioned } from "./rules/vault-is-versioned.ts";

/** Every policy of the pack. */
export const allRules: Policies = [
  bucketIsEncrypted,
  bucketIsPrivate,
  bucketOutlivesTheStack,
  bucketTakesTlsOnly,
  databaseIsPrivate,
  drillTargetIsDisposable,
  everythingIsTagged,
  keyIsGuarded,
  lockCoversRetention,
  logsAreKeptEncrypted,
  messagesAreEncrypted,
  noPlaintextSecrets,
  noWildcardPermissions,
  nothingListens,
  objectLockStaysOn,
  pointsExpireVerified,
  recoveryTargetIsProtected,
  scheduleCannotFailSilently,
  vaultIsComplete,
  vaultIsVersioned,
];
