/** What a group of the fingerprint's queries must know about the server. */
export interface FingerprintContext {
  /** e.g. 17. */
  readonly serverMajor: number;
  /** The database is a Supabase project: what the platform owns is left out. */
  readonly supabase: boolean;
  /** Condition on the schema of that oid expression: it belongs to the user, not to the server or the platform. */
  readonly inUserSchema: (schemaOid: string) => string;
}

/**
 * One group: a query that yields `kind`, `name`, `definition` and, where roles are named in it, `roles text[]`.
 * It runs with an empty `search_path`, so the server qualifies every name in its definitions.
 */
export interface FingerprintQuery {
  readonly sql: (context: FingerprintContext) => string;
}

/** Condition: the object came with no extension (extensions bring their own objects back). */
export function notFromExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}

/** Sorted, quoted options as the server stores them (`{fillfactor=70}`), or NULL. */
export function sortedOptions(options: string): string {
  return `(SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(${options}) o)`;
}

/**
 * Options of foreign objects may hold keys and passwords, so that values enter the fingerprint only as the start of
 * their SHA-256.
 */
export function hashedOptions(options: string): string {
  const hash = `left(encode(sha256(convert_to(o.option_value, 'UTF8')), 'hex'), 16)`;
  return `(SELECT string_agg(o.option_name || '=' || ${hash}, ', ' ORDER BY o.option_name COLLATE "C") FROM pg_options_to_table(${options}) o)`;
}

/** A schema-qualified, quoted name out of two expressions. */
export function qualified(schema: string, name: string): string {
  return `format('%I.%I', ${schema}, ${name})`;
}
