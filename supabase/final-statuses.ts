/**
 * Statuses that a project does not leave by itself, and what can be done. All others, unknown ones too, may pass.
 * @see https://github.com/supabase/terraform-provider-supabase whose waiter ends at the same
 */
export const FINAL_STATUSES: ReadonlyMap<string, string> = new Map([
  [
    "GOING_DOWN",
    "The project is being deleted; make a new one and restore the newest verified point into it.",
  ],
  ["REMOVED", "The project was deleted; make a new one and restore the newest verified point into it."],
  ["INACTIVE", "The project is paused: restore it in the dashboard, then run the same command again."],
  ["INIT_FAILED", "Delete the project in the dashboard and make it again; if it fails again, ask Supabase."],
  [
    "PAUSE_FAILED",
    "Ask Supabase's support; meanwhile, restore the newest verified point into another project.",
  ],
  ["RESTORE_FAILED", "Restore the newest verified point into another project, and ask Supabase's support."],
]);
