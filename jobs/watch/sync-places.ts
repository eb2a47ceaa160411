import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { runPlace } from "./run-place.ts";

/** The sync of a bucket, or of one of its shards. */
export interface SyncPlace {
  /** By `runPlace`. */
  readonly place: string;
  /** As a sentence calls it. */
  readonly bucket: string;
  /** Five fields, UTC. */
  readonly schedule: string;
}

/** All syncs that a project's plan schedules. */
export function syncPlaces({ name, storage }: Pick<ProjectPlan, "name" | "storage">): SyncPlace[] {
  return storage.flatMap(({ bucket, schedule, shards }) =>
    MirrorShard.all(shards).map((shard) =>
      shard.isWhole
        ? { place: runPlace(name, { bucket }), bucket, schedule }
        : {
            place: runPlace(name, { bucket, shard: String(shard) }),
            bucket: `${bucket}, shard ${shard},`,
            schedule,
          },
    ),
  );
}
