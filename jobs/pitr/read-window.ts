import { HoldfastError } from "../../plan/holdfast-error.ts";
import { listBackups, type RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import type { PitrContext } from "./pitr-context.ts";
import { readOptions } from "./read-options.ts";

/**
 * What Supabase can recover to now.
 * @throws HoldfastError PITR_NOT_ENABLED, PITR_WINDOW_EMPTY
 */
export async function readWindow(context: PitrContext): Promise<RecoveryWindow> {
  const { api, ref } = context;
  const backups = await listBackups(api, ref, readOptions(context));
  if (!backups.pitrEnabled) throw pitrNotEnabled(ref);
  if (backups.window !== undefined) return backups.window;
  throw new HoldfastError({
    code: "PITR_WINDOW_EMPTY",
    message: `Point-in-time recovery of project ${ref} is on, but it has nothing to recover to yet. The project was not restored.`,
    hint: "Its first physical backup is still being taken; until then restore a recovery point: npm run points lists them.",
  });
}

export function pitrNotEnabled(ref: string): HoldfastError {
  return new HoldfastError({
    code: "PITR_NOT_ENABLED",
    message: `Project ${ref} has no point-in-time recovery. The project was not restored.`,
    hint: "Restore a recovery point (npm run points lists them), and give the project `pitr: {windowDays: 7}` in the plan for the next time.",
    exitCode: 2,
  });
}
