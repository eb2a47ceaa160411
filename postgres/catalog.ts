/** How much of a database a point holds. `tables` are written `schema.table`. */
export type Scope =
  | { readonly kind: "full" }
  | { readonly kind: "schema" }
  | { readonly kind: "tables"; readonly tables: readonly string[] };

/** A table whose own rows are dumped. */
export interface CatalogTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Columns in their order, generated ones left out: they are computed again. May be empty. */
  readonly columns: readonly string[];
  readonly kind: "table" | "partition" | "extension-config";
  readonly unlogged: boolean;
  /** Size of the heap alone, bytes. */
  readonly heapBytes: number;
  /** Heap and TOAST, without indexes, bytes. */
  readonly totalBytes: number;
  /** Pages of the heap. */
  readonly pages: number;
  /** True when ranges of pages can be read apart: heap tables without a condition, PostgreSQL 14 or later. */
  readonly splittable: boolean;
  /** `WHERE …` of an extension's configuration table: only these rows are the users'. */
  readonly condition?: string;
  /** True for a table that the platform creates: its rows are restored, its definition is not. */
  readonly managed: boolean;
  /**
   * The partitioned table to load the rows through: in another database they may belong to another partition of it.
   * `columns` are then in that table's order.
   */
  readonly loadVia?: { readonly schema: string; readonly name: string };
}

/** Where a sequence stands. Sequences ignore transactions: read after the snapshot, never behind its rows. */
export interface CatalogSequence {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Decimal, since it may exceed 2^53. */
  readonly lastValue: string;
  readonly isCalled: boolean;
  /** From one value to the next; decimal, and negative in a sequence that counts down. */
  readonly increment: string;
  readonly managed: boolean;
}

/** Something that exists in the database but not in the point. */
export interface NotIncluded {
  readonly what: string;
  readonly why: string;
}

export interface Catalog {
  readonly scope: Scope;
  /** The server's encoding of this database, e.g. `UTF8`; COPY bytes are in it. */
  readonly encoding: string;
  /** Size of the whole database on disk, indexes included, bytes. */
  readonly sizeBytes: number;
  /** Schemas that the point carries whole, sorted. */
  readonly schemas: readonly string[];
  /** Sorted by schema and name. Empty for the scope `schema`. */
  readonly tables: readonly CatalogTable[];
  readonly sequences: readonly CatalogSequence[];
  /** Sequences that this role may not read: a preflight problem each. */
  readonly unreadableSequences: readonly { readonly schema: string; readonly name: string }[];
  readonly largeObjects: { readonly count: number };
  /** Relations whose definitions do not belong into a point of single tables; empty for other scopes. */
  readonly besides: readonly { readonly schema: string; readonly name: string }[];
  readonly notIncluded: readonly NotIncluded[];
}

export interface ReadCatalogOptions {
  /** Apply Supabase's division into the application's and the platform's schemas. */
  readonly supabase: boolean;
}
