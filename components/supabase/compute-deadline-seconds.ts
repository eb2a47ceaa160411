/**
 * For one change of compute: Supabase may hold it back for some minutes after the one before, and then takes about two
 * minutes to move the database.
 */
export const COMPUTE_DEADLINE_SECONDS = 900;
