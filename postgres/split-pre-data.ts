import type { KeptStatement } from "./filter-statements.ts";

export interface PreData {
  /** In order, before the rows. */
  readonly statements: readonly KeptStatement[];
  /** In order, after everything else. */
  readonly last: readonly KeptStatement[];
}

/**
 * Takes `FORCE ROW LEVEL SECURITY` out of the pre-data section: once forced, policies would bind the restoring user
 * too, and the server would refuse to check its foreign keys and to fill its materialized views.
 */
export function splitPreData(statements: readonly KeptStatement[]): PreData {
  const forces = ({ sql }: KeptStatement) => /^ALTER TABLE [\s\S]* FORCE ROW LEVEL SECURITY\s*;$/i.test(sql);
  return {
    statements: statements.filter((statement) => !forces(statement)),
    last: statements.filter(forces),
  };
}
