/** Fields of a project that no task of all projects looks at: they are most of a plan, and left out of its own. */
export const FIELDS_OF_JOBS: readonly string[] = [
  "checks",
  "hooks",
  "wiring",
  "approvals",
  "contacts",
  "recovery",
];
