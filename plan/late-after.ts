/** How late a backup or sync may end, beyond what its schedule says, before somebody is told: two hours. */
export const LATE_AFTER_SECONDS = 7_200;
