import type { AuditSource } from "./audit-source.ts";
import { accessLogsSource } from "./facts/access-logs.ts";
import { alarmsSource } from "./facts/alarms.ts";
import { drillsSource } from "./facts/drills.ts";
import { keysSource } from "./facts/keys.ts";
import { pointsSource } from "./facts/points.ts";
import { replicaBucketSource } from "./facts/replica-bucket.ts";
import { replicationSource } from "./facts/replication.ts";
import { rolesSource } from "./facts/roles.ts";
import { schedulesSource } from "./facts/schedules.ts";
import { storageMirrorSource } from "./facts/storage-mirror.ts";
import { supabaseSource } from "./facts/supabase-settings.ts";
import { vaultBucketSource } from "./facts/vault-bucket.ts";

/** Everything that an audit asks, in the order in which it is told. */
export const ALL_SOURCES: readonly AuditSource[] = [
  vaultBucketSource,
  replicaBucketSource,
  accessLogsSource,
  replicationSource,
  keysSource,
  rolesSource,
  schedulesSource,
  alarmsSource,
  supabaseSource,
  pointsSource,
  storageMirrorSource,
  drillsSource,
];
