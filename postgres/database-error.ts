import { HoldfastError } from "../plan/holdfast-error.ts";

/** What a database or its socket threw, in the fields that are safe to read. */
export interface DatabaseFailure {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
  readonly hint: string;
}

function stringOf(value: unknown, key: string): string {
  if (typeof value !== "object" || value === null) return "";
  const field: unknown = Reflect.get(value, key);
  return typeof field === "string" ? field : "";
}

/** Reads those fields from whatever was thrown. */
export function failureOf(error: unknown): DatabaseFailure {
  // Node joins the attempts on several addresses in one AggregateError whose own message is empty.
  const errors: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "errors") : undefined;
  const inner: unknown = Array.isArray(errors) && errors.length > 0 ? errors[0] : error;
  return {
    code: stringOf(error, "code") || stringOf(inner, "code"),
    message: stringOf(error, "message") || stringOf(inner, "message") || String(error),
    detail: stringOf(error, "detail"),
    hint: stringOf(error, "hint"),
  };
}

interface Rule {
  readonly code: string;
  readonly when: (failure: DatabaseFailure) => boolean;
  readonly says: string;
  readonly hint: string;
}

const sqlState =
  (...prefixes: string[]) =>
  (failure: DatabaseFailure): boolean =>
    /^[0-9A-Z]{5}$/.test(failure.code) && prefixes.some((prefix) => failure.code.startsWith(prefix));

const text =
  (pattern: RegExp) =>
  (failure: DatabaseFailure): boolean =>
    pattern.test(failure.message);

/** First match wins. SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const RULES: readonly Rule[] = [
  {
    code: "DATABASE_REPLICA_CONFLICT",
    when: (f) => sqlState("40001", "57014", "57P01")(f) && /conflict with recovery/i.test(f.message),
    says: "the replica cancelled the read because replaying the primary's changes conflicted with it",
    hint: "Read from the primary, or set hot_standby_feedback = on and raise max_standby_streaming_delay on the replica.",
  },
  {
    code: "DATABASE_CONNECTION_LOST",
    when: (f) =>
      sqlState("57P01", "57P02", "57P04", "57P05", "08")(f) ||
      /^(ECONNRESET|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE|ERR_SOCKET_CLOSED)$/.test(f.code) ||
      /connection terminated|not queryable|connection error|ended by other party/i.test(f.message),
    says: "the server ended the connection",
    hint: "See why in the server's log (restart, failover, out of memory, an administrator), then run the command again; nothing half-done is listed.",
  },
  {
    code: "DATABASE_LOGIN_REFUSED",
    when: (f) => sqlState("28")(f) || text(/tenant or user not found|password must be a string|SASL/i)(f),
    says: "the server refused the login",
    hint: "Check user and password of the connection secret (Supabase: Settings → Database → Reset password; pooler users are written postgres.<project ref>).",
  },
  {
    code: "DATABASE_UNKNOWN",
    when: sqlState("3D000"),
    says: "no such database on the server",
    hint: "Check the name after the last / of the connection URL.",
  },
  {
    code: "DATABASE_NOT_READY",
    when: sqlState("57P03"),
    says: "the server is starting up, shutting down or recovering",
    hint: "Run the command again when the server accepts connections.",
  },
  {
    code: "DATABASE_BUSY",
    when: sqlState("53300"),
    says: "the server has no connection left",
    hint: "Lower job.workers in the plan, close idle sessions, or raise max_connections or the pooler's size.",
  },
  {
    code: "DATABASE_PRIVILEGE_MISSING",
    when: (f) => sqlState("42501")(f) && !/row-level security/i.test(f.message),
    says: "a privilege is missing",
    hint: "Grant it to the role of the connection secret; a preflight lists every missing privilege with its GRANT.",
  },
  {
    code: "DATABASE_ROWS_HIDDEN",
    when: text(/row-level security policy/i),
    says: "a row-level security policy would hide rows from this role, so the read was refused",
    hint: "Read as the table's owner or as a role with BYPASSRLS (Supabase: postgres).",
  },
  {
    code: "DATABASE_LOCKED",
    when: sqlState("55P03"),
    says: "a lock was not granted in time",
    hint: "See pg_locks for the session that holds it (a migration, VACUUM FULL), and run again when it is done.",
  },
  {
    code: "DATABASE_TIMEOUT",
    when: (f) => sqlState("57014", "25P03", "25P04")(f) || text(/query read timeout/i)(f),
    says: "the statement was cancelled",
    hint: "Someone cancelled it, or a timeout of the role or a pooler applies: ALTER ROLE … SET statement_timeout = 0.",
  },
  {
    code: "DATABASE_DISK_FULL",
    // The second is how a session of a full disk begins: what it could not write, its cache's file, has no state.
    when: (f) =>
      sqlState("53100")(f) || (sqlState("XX000")(f) && /could not write init file/i.test(f.message)),
    says: "the server's disk is full",
    hint: "Give the server more disk, then run the same command again: a restore goes on where it stopped.",
  },
  {
    code: "ROW_TOO_LARGE",
    when: (f) =>
      sqlState("54000", "XX000")(f) &&
      /invalid memory alloc request size|cannot enlarge string buffer|out of memory/i.test(f.message),
    says: "one row is larger than the server can write as text, which is 1 GB",
    hint: "Find the row (bytea doubles as text) and split or move its value; pg_dump fails on it alike.",
  },
  {
    code: "DATABASE_OUT_OF_LOCKS",
    when: (f) => sqlState("53200")(f) && /out of shared memory/i.test(f.message),
    says: "the server has no room for another lock",
    hint: "Raise max_locks_per_transaction at the server (a preflight says to what) and restart it.",
  },
  {
    code: "DATABASE_OUT_OF_MEMORY",
    when: sqlState("53200"),
    says: "the server ran out of memory",
    hint: "Lower job.workers in the plan or give the server more memory, then run again.",
  },
  {
    code: "OBJECT_GONE",
    when: (f) =>
      sqlState("42P01", "42703", "3F000", "XX000")(f) &&
      /does not exist|could not open relation/i.test(f.message),
    says: "an object disappeared while it was read",
    hint: "Run again when no migration is under way.",
  },
];

/** The server's first line. Where it complains about a value, the value itself is cut: it is someone's data. */
export function safeMessage(failure: DatabaseFailure): string {
  const firstLine = failure.message.split("\n", 1)[0] ?? "";
  const safe = /^2[23]/.test(failure.code) ? firstLine.replace(/: ".*$/, "") : firstLine;
  return safe.length > 300 ? `${safe.slice(0, 300)}…` : safe;
}

/**
 * Turns whatever a database session threw into the product's typed error.
 * @param doing What was being done, as a noun phrase that fits behind "failed": `Reading "public"."orders"`.
 * @returns The error itself when it already is a HoldfastError. Codes: `DATABASE_CONNECTION_LOST`,
 * `DATABASE_LOGIN_REFUSED`, `DATABASE_UNKNOWN`, `DATABASE_NOT_READY`, `DATABASE_BUSY`, `DATABASE_PRIVILEGE_MISSING`,
 * `DATABASE_ROWS_HIDDEN`, `DATABASE_LOCKED`, `DATABASE_TIMEOUT`, `DATABASE_DISK_FULL`, `DATABASE_REPLICA_CONFLICT`,
 * `DATABASE_OUT_OF_LOCKS`, `DATABASE_OUT_OF_MEMORY`, `ROW_TOO_LARGE`, `OBJECT_GONE`, else `DATABASE_QUERY_FAILED`; exit 1.
 */
export function databaseError(error: unknown, doing: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failure = failureOf(error);
  const rule = RULES.find((candidate) => candidate.when(failure));
  const state = failure.code === "" ? "" : ` [${failure.code}]`;
  return new HoldfastError({
    code: rule?.code ?? "DATABASE_QUERY_FAILED",
    message: `${doing} failed: ${rule === undefined ? "" : `${rule.says}. Server: `}${safeMessage(failure)}${state}`,
    hint: rule?.hint ?? (failure.hint || "Read the server's message above and its log."),
    cause: error,
  });
}
