import { z } from "zod";
import { instant } from "./instant.ts";

export interface BackupSchedule {
  /** `HH:MM:SS`, UTC: when the daily backup is due. */
  readonly scheduledFor: string;
  readonly updatedAt: Date;
}

// Seconds may be left out and may have fractions; one form makes two schedules comparable.
const timeOfDay = z
  .string()
  .regex(/^\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/)
  .transform((text) => (text.length === 5 ? `${text}:00` : text.slice(0, 8)));

export const backupScheduleReply = z
  .object({ schedule_for: timeOfDay, updated_at: instant })
  .transform((reply): BackupSchedule => ({ scheduledFor: reply.schedule_for, updatedAt: reply.updated_at }));
