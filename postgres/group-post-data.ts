import type { KeptStatement } from "./filter-statements.ts";
import { isWord, qualifiedName, type SqlToken, sqlTokens } from "./sql-tokens.ts";

export interface IndexStatement extends KeptStatement {
  /** Schema-qualified and quoted as pg_dump wrote it. */
  readonly table: string;
  /** True for `ADD CONSTRAINT`, which shuts everyone else out of the table while it builds. */
  readonly locksTable: boolean;
}

export interface ForeignKeyStatement extends KeptStatement {
  readonly table: string;
  readonly references: string;
  /** The key is of a partitioned table: it locks all partitions, so that it should run alone. */
  readonly partitioned: boolean;
}

export interface PostDataGroups {
  /** The leading `SET …` and `set_config`: run them first in every session. Later ones stay in their place in `rest`. */
  readonly settings: readonly KeptStatement[];
  /** Independent of each other; may run in parallel, those with `locksTable` one at a time for each table. */
  readonly indexes: readonly IndexStatement[];
  /** In order, after all indexes. */
  readonly rest: readonly KeptStatement[];
  /** After `rest`; those whose tables are disjoint may run in parallel. */
  readonly foreignKeys: readonly ForeignKeyStatement[];
  /**
   * In order, after the foreign keys: each may read the ones before it. Run them with `row_security = on`: the view's
   * owner reads what policies let it read.
   */
  readonly refreshes: readonly KeptStatement[];
  /** In order, at the very end: comments on foreign keys, event triggers (which would fire at the statements above). */
  readonly last: readonly KeptStatement[];
}

const SETTING = /^SET\s+(?!SESSION AUTHORIZATION|ROLE)|^SELECT pg_catalog\.set_config\(/i;
const REFRESH = /^REFRESH MATERIALIZED VIEW\s/i;
const EVENT_TRIGGER = /^(?:CREATE|ALTER|COMMENT ON) EVENT TRIGGER\s/i;
const POSTPONED = /^CREATE\s+(?:MATERIALIZED VIEW|VIEW|FUNCTION|PROCEDURE|AGGREGATE)\s/i;
const HEAD_TOKENS = 64;

type Part =
  | { readonly index: IndexStatement }
  | { readonly foreignKey: ForeignKeyStatement; readonly constraint: string };

/**
 * Sorts the statements of pg_dump's post-data section into what may run at the same time and what may not.
 * Nothing is lost or changed: every statement is in exactly one group.
 */
export function groupPostData(statements: readonly KeptStatement[]): PostDataGroups {
  const leading = statements.findIndex(({ sql }) => !SETTING.test(sql));
  const settings = statements.slice(0, leading < 0 ? undefined : leading);
  const indexes: IndexStatement[] = [];
  const foreignKeys: ForeignKeyStatement[] = [];
  const rest: KeptStatement[] = [];
  const refreshes: KeptStatement[] = [];
  const last: KeptStatement[] = [];
  const postponedNames: string[] = [];
  const keys = new Set<string>();
  for (const statement of statements.slice(settings.length)) {
    const { sql } = statement;
    const part = partOf(statement);
    if (REFRESH.test(sql)) refreshes.push(statement);
    else if (EVENT_TRIGGER.test(sql) || commentsOnOneOf(sql, keys)) last.push(statement);
    else if (part && "foreignKey" in part) {
      foreignKeys.push(part.foreignKey);
      keys.add(`${part.constraint} ON ${part.foreignKey.table}`);
    }
    // A view or function that pg_dump had to put behind a key must exist before an index that names it.
    else if (part && !postponedNames.some((name) => sql.includes(name))) indexes.push(part.index);
    else {
      rest.push(statement);
      if (POSTPONED.test(sql)) postponedNames.push(createdName(sql));
    }
  }
  return { settings, indexes, rest, foreignKeys, refreshes, last };
}

function partOf(statement: KeptStatement): Part | undefined {
  if (/^CREATE (?:UNIQUE )?INDEX\s/i.test(statement.sql)) return indexOf(statement);
  if (/^ALTER TABLE\s/i.test(statement.sql)) return constraintOf(statement);
  return undefined;
}

/** `CREATE [UNIQUE] INDEX name ON [ONLY] table …` */
function indexOf(statement: KeptStatement): Part | undefined {
  const tokens = sqlTokens(statement.sql, HEAD_TOKENS);
  let at = tokens.findIndex((token) => isWord(token, "ON"));
  if (at < 0) return undefined;
  if (isWord(tokens[at + 1], "ONLY")) at++;
  return { index: { ...statement, table: qualifiedName(tokens, at + 1).name, locksTable: false } };
}

/** `ALTER TABLE [IF EXISTS] [ONLY] table ADD CONSTRAINT name …` */
function constraintOf(statement: KeptStatement): Part | undefined {
  const tokens = sqlTokens(statement.sql);
  let at = 2;
  if (isWord(tokens[at], "IF")) at += 2;
  const only = isWord(tokens[at], "ONLY");
  const { name: table, next } = qualifiedName(tokens, only ? at + 1 : at);
  if (!isWord(tokens[next], "ADD") || !isWord(tokens[next + 1], "CONSTRAINT")) return undefined;
  const kind = tokens[next + 3];
  if (isWord(kind, "PRIMARY", "UNIQUE", "EXCLUDE"))
    return { index: { ...statement, table, locksTable: true } };
  if (!isWord(kind, "FOREIGN")) return undefined;
  const references = referencedTable(tokens, next + 4);
  return {
    foreignKey: { ...statement, table, references, partitioned: !only },
    constraint: tokens[next + 2]?.text ?? "",
  };
}

function referencedTable(tokens: readonly SqlToken[], from: number): string {
  const at = tokens.findIndex((token, index) => index >= from && isWord(token, "REFERENCES"));
  return qualifiedName(tokens, at + 1).name;
}

/** `COMMENT ON CONSTRAINT name ON table IS …` of a key that is made later than the rest. */
function commentsOnOneOf(sql: string, constraints: ReadonlySet<string>): boolean {
  if (!/^COMMENT ON CONSTRAINT\s/i.test(sql)) return false;
  const tokens = sqlTokens(sql, HEAD_TOKENS);
  return constraints.has(`${tokens[3]?.text} ON ${qualifiedName(tokens, 5).name}`);
}

/** The bare name that a postponed `CREATE` makes. */
function createdName(sql: string): string {
  const tokens = sqlTokens(sql, 16);
  const at = tokens.findIndex((token) => isWord(token, "VIEW", "FUNCTION", "PROCEDURE", "AGGREGATE"));
  const { name } = qualifiedName(tokens, at + 1);
  return name.slice(name.lastIndexOf(".") + 1);
}
