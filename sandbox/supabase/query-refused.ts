export interface QueryRefusal {
  /** PostgreSQL's code of five characters, e.g. `42P01`. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in the statement, in characters from 1. */
  readonly position: number | undefined;
}

/** A statement that PostgreSQL would not run; the message is PostgreSQL's own. */
export class QueryRefused extends Error implements QueryRefusal {
  readonly sqlState: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: number | undefined;

  constructor(message: string, refusal: QueryRefusal) {
    super(message);
    this.name = "QueryRefused";
    this.sqlState = refusal.sqlState;
    this.detail = refusal.detail;
    this.hint = refusal.hint;
    this.position = refusal.position;
  }
}
