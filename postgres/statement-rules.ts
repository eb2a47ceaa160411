import { sqlTokens } from "./sql-tokens.ts";

/** What the target is like, as far as single statements depend on it. */
export interface StatementTarget {
  readonly supabase: boolean;
  readonly superuser: boolean;
  /** e.g. 17. */
  readonly serverMajor: number;
}

/** Why a statement is left out, rewritten, or may be refused. */
export type StatementVerdict =
  /** `silent`: nothing is lost by it, so it need not be reported. */
  | { readonly drop: string; readonly silent: boolean }
  | { readonly replace: string }
  | { readonly mayFail: string };

interface Rule {
  readonly pattern: RegExp;
  readonly applies: (target: StatementTarget, match: RegExpExecArray) => boolean;
  readonly verdict: StatementVerdict | ((match: RegExpExecArray) => StatementVerdict);
}

/** Session settings that pg_dump writes and older servers do not know. */
const SETTINGS_SINCE: Readonly<Record<string, number>> = {
  transaction_timeout: 17,
  idle_session_timeout: 14,
  default_table_access_method: 12,
};

const SUPABASE_EVENT_TRIGGERS =
  "issue_graphql_placeholder|issue_pg_cron_access|issue_pg_graphql_access|issue_pg_net_access|pgrst_ddl_watch|pgrst_drop_watch|graphql_watch_ddl|graphql_watch_drop|ensure_rls";

const SUPABASE_EXTENSIONS =
  "pg_graphql|supabase_vault|pgsodium|pgjwt|pg_net|pg_cron|pgaudit|plpgsql|pg_tle|wrappers|pg_stat_statements|hypopg|index_advisor";

const name = (names: string) => `(?:"(?:${names})"|(?:${names}))`;
const onSupabase = ({ supabase }: StatementTarget) => supabase;
const asOrdinaryUser = ({ superuser }: StatementTarget) => !superuser;
const always = () => true;
const platformOwns = (what: string): StatementVerdict => ({
  drop: `${what} belongs to the Supabase platform, which makes it in every project`,
  silent: true,
});
const needsSuperuser = (what: string): StatementVerdict => ({
  mayFail: `${what} needs a superuser on this server`,
});

/** The first rule whose pattern matches and that applies decides. */
const RULES: readonly Rule[] = [
  {
    pattern: /^SET (\w+) (?:=|TO) /i,
    applies: ({ serverMajor }, match) => serverMajor < (SETTINGS_SINCE[(match[1] ?? "").toLowerCase()] ?? 0),
    verdict: { drop: "the target's version does not know the setting", silent: true },
  },
  {
    pattern: /^CREATE SCHEMA (?:"public"|public)\s*;/i,
    applies: always,
    verdict: { drop: "every database has the schema public", silent: true },
  },
  {
    pattern: /^CREATE SCHEMA (?!IF NOT EXISTS)([^;]*;)$/i,
    applies: onSupabase,
    verdict: (match) => ({ replace: `CREATE SCHEMA IF NOT EXISTS ${match[1]}` }),
  },
  {
    pattern: /^(?:ALTER|COMMENT ON) SCHEMA (?:"public"|public)\s/i,
    applies: asOrdinaryUser,
    verdict: { mayFail: "the schema public belongs to the database's owner" },
  },
  {
    pattern: /^(?:GRANT|REVOKE) [^"']*? ON SCHEMA (?:"public"|public)\s/i,
    applies: asOrdinaryUser,
    verdict: { mayFail: "the schema public belongs to the database's owner" },
  },
  {
    pattern: new RegExp(
      `^(?:CREATE|ALTER|COMMENT ON) EVENT TRIGGER ${name(SUPABASE_EVENT_TRIGGERS)}\\s`,
      "i",
    ),
    applies: onSupabase,
    verdict: platformOwns("the event trigger"),
  },
  {
    pattern: /^(?:CREATE|ALTER|COMMENT ON) EVENT TRIGGER\s/i,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("an event trigger"),
  },
  {
    pattern: /^(?:CREATE|ALTER|COMMENT ON) PUBLICATION "?supabase_realtime_/i,
    applies: onSupabase,
    verdict: platformOwns("the publication"),
  },
  {
    pattern: /^CREATE PUBLICATION (?:"supabase_realtime"|supabase_realtime) FOR ALL TABLES/i,
    applies: onSupabase,
    verdict: {
      drop: "supabase_realtime exists already and cannot be turned into one for all tables: add the tables to it",
      silent: false,
    },
  },
  {
    pattern:
      /^(?:CREATE PUBLICATION (?:"supabase_realtime"|supabase_realtime)[\s;]|ALTER PUBLICATION (?:"supabase_realtime"|supabase_realtime) OWNER TO )/i,
    applies: onSupabase,
    verdict: platformOwns("the publication"),
  },
  {
    pattern:
      /^CREATE PUBLICATION [\s\S]*FOR (?:ALL TABLES|TABLES IN SCHEMA)|^ALTER PUBLICATION [\s\S]*TABLES IN SCHEMA/i,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("a publication of all tables or whole schemas"),
  },
  {
    pattern:
      /^ALTER DEFAULT PRIVILEGES FOR ROLE "?(?:supabase_\w*|pgsodium_\w*|pgbouncer|dashboard_user)"?\s/i,
    applies: onSupabase,
    verdict: {
      drop: "the default privileges of the platform's own roles come with every project",
      silent: true,
    },
  },
  {
    pattern: /^COMMENT ON EXTENSION\s/i,
    applies: asOrdinaryUser,
    verdict: { drop: "an extension brings its comment along", silent: true },
  },
  {
    pattern: new RegExp(`^CREATE EXTENSION (?:IF NOT EXISTS )?${name(SUPABASE_EXTENSIONS)}[\\s;]`, "i"),
    applies: always,
    verdict: { mayFail: "the extension is part of the Supabase platform or of its images" },
  },
  {
    pattern: /^(?:CREATE|ALTER) FOREIGN DATA WRAPPER\s/i,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("a foreign data wrapper"),
  },
  {
    pattern: /^(?:CREATE|ALTER|COMMENT ON) SUBSCRIPTION\s/i,
    applies: always,
    verdict: {
      drop: "a restored database must not subscribe to the publishers of the original: create it by hand",
      silent: false,
    },
  },
  {
    pattern: /^SECURITY LABEL\s/i,
    applies: always,
    verdict: { mayFail: "the label's provider must be loaded on the server" },
  },
  {
    pattern:
      /^(?:CREATE|ALTER) (?:ACCESS METHOD|TRANSFORM|OPERATOR CLASS|OPERATOR FAMILY|TEXT SEARCH (?:PARSER|TEMPLATE)|(?:TRUSTED )?(?:PROCEDURAL )?LANGUAGE)\s/i,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("it"),
  },
  {
    pattern: /^CREATE FUNCTION /,
    applies: ({ superuser }, { input }) =>
      !superuser && /\bLANGUAGE (?:C|INTERNAL)\b|\bLEAKPROOF\b/.test(wordsOutsideStrings(input)),
    verdict: needsSuperuser("a function in C or one that is leakproof"),
  },
  {
    pattern: /^CREATE TYPE (?:(?:"(?:[^"]|"")*"|[^\s"'(;])+;$|[\s\S]*?\(\s*(?:INTERNALLENGTH|INPUT)\s*=)/,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("a base type"),
  },
  {
    pattern: /^CREATE AGGREGATE [\s\S]*STYPE = internal/,
    applies: asOrdinaryUser,
    verdict: needsSuperuser("an aggregate over internal state"),
  },
];

/** What becomes of a statement whatever roles it names; undefined: it is run as it is. */
export function statementVerdict(sql: string, target: StatementTarget): StatementVerdict | undefined {
  for (const { pattern, applies, verdict } of RULES) {
    const match = pattern.exec(sql);
    if (match !== null && applies(target, match))
      return typeof verdict === "function" ? verdict(match) : verdict;
  }
  return undefined;
}

/** The statement's keywords and unquoted names, in upper case: what a function's text says does not count. */
function wordsOutsideStrings(sql: string): string {
  return sqlTokens(sql)
    .filter((token) => token.kind === "word")
    .map((token) => token.value)
    .join(" ");
}
