import type { OwnName } from "../../support/fixtures/hostile-database.ts";

/** One fault done to a restored database, and the check that must fail for it. */
export interface Mutation {
  readonly fault: string;
  /** Run by psql as superuser; `:"owner"` and the like are the database's own names. */
  readonly sql: string;
  /** What the name of a failed check must hold; `{owner}` and the like stand for the database's own names. */
  readonly names: string;
  /** Takes back what lives outside of the database (roles). Mutations with it run alone. */
  readonly undo?: string;
}

/** Puts the database's own names into a text. */
export function withOwnNames(text: string, own: (name: OwnName) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => own(name as OwnName));
}
