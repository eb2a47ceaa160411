import { z } from "zod";
import { instant } from "./instant.ts";
import { present } from "./present.ts";

/** The states of a restore point that are known; others may appear. */
export const RESTORE_POINT_STATUSES = ["AVAILABLE", "PENDING", "REMOVED", "FAILED"] as const;

export interface RestorePoint {
  readonly name: string;
  /** One of `RESTORE_POINT_STATUSES`, or one that is new. */
  readonly status: string;
  /** Absent while it is made. */
  readonly completedAt?: Date;
}

export const restorePointReply = z
  .object({ name: z.string(), status: z.string(), completed_on: instant.nullish() })
  .transform(
    ({ name, status, completed_on }): RestorePoint => present({ name, status, completedAt: completed_on }),
  );
