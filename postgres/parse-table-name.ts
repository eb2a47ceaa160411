/** A relation or type as the catalog knows it. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

const PARTS = /^("(?:[^"]|"")*"|[^.]*)\.([\s\S]*)$/;

/**
 * Reads `schema.name` as plans write it: parts in the catalog's own case, or in SQL's double quotes.
 * Without a dot the schema is `public`.
 */
export function parseTableName(text: string): QualifiedName {
  const [, schema, name] = PARTS.exec(text) ?? [undefined, "public", text];
  return { schema: unquote(schema ?? ""), name: unquote(name ?? "") };
}

function unquote(part: string): string {
  return /^".*"$/s.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part;
}
