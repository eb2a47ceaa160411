import pg from "pg";

/** Pages of a table's heap: from `fromPage` up to and without `toPage`; without `toPage` to the end. */
export interface PageRange {
  readonly fromPage: number;
  readonly toPage?: number;
}

/** What a COPY statement must know of a table. */
export interface CopyTable {
  readonly schema: string;
  readonly name: string;
  /** Columns to read or fill, in order; may be empty. */
  readonly columns: readonly string[];
  /** A `WHERE …` clause that selects the rows to read. */
  readonly condition?: string;
}

/** The name of a table or sequence, schema and quotes included. */
export function qualifiedName(object: { readonly schema: string; readonly name: string }): string {
  return `${pg.escapeIdentifier(object.schema)}.${pg.escapeIdentifier(object.name)}`;
}

function columnList(columns: readonly string[]): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(", ");
}

/**
 * Bytes are taken verbatim in the server's encoding, while statements are sent in UTF-8.
 */
function encodingOption(encoding: string | undefined): string {
  return encoding === undefined || encoding === "UTF8"
    ? ""
    : ` WITH (ENCODING ${pg.escapeLiteral(encoding)})`;
}

function rangeCondition(range: PageRange): string {
  const from = `ctid >= '(${range.fromPage},0)'`;
  return range.toPage === undefined ? from : `${from} AND ctid < '(${range.toPage},0)'`;
}

/**
 * The statement that reads a table's own rows (never its children's) as COPY text.
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyOutSql(
  table: CopyTable,
  options: { readonly range?: PageRange; readonly encoding?: string } = {},
): string {
  const name = qualifiedName(table);
  const tail = ` TO STDOUT${encodingOption(options.encoding)}`;
  if (options.range === undefined && table.condition === undefined) {
    // Without columns the list is left out: `()` is not accepted, and an empty line a row is what comes.
    return `COPY ${name}${table.columns.length === 0 ? "" : ` (${columnList(table.columns)})`}${tail}`;
  }
  const conditions = [
    ...(table.condition === undefined ? [] : [`(${table.condition.replace(/^\s*where\s/i, "")})`]),
    ...(options.range === undefined ? [] : [rangeCondition(options.range)]),
  ];
  return `COPY (SELECT ${columnList(table.columns)} FROM ONLY ${name} WHERE ${conditions.join(" AND ")})${tail}`;
}

/** The statement that fills a table with what `copyOutSql` read. */
export function copyInSql(table: CopyTable, options: { readonly encoding?: string } = {}): string {
  const columns = table.columns.length === 0 ? "" : ` (${columnList(table.columns)})`;
  return `COPY ${qualifiedName(table)}${columns} FROM STDIN${encodingOption(options.encoding)}`;
}
