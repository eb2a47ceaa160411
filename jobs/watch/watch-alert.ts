import { z } from "zod";

/** Something that stands against the plan. */
export const WatchAlert = z.object({
  /** Stable as long as it stands, e.g. `ordak/weekly/backup-failed`. */
  id: z.string(),
  severity: z.enum(["critical", "warning"]),
  /** One sentence with its figures. */
  says: z.string(),
});
export type WatchAlert = z.output<typeof WatchAlert>;

/** That one began or ended to stand, or is looked at no more, as the plan has dropped what it is about. */
export interface AlertChange {
  readonly kind: "raised" | "mended" | "dropped";
  readonly alert: WatchAlert;
}
