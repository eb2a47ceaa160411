import pg from "pg";
import { copyOut } from "../../postgres/copy-out.ts";
import type { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { unquoted } from "./unquoted.ts";

/** An object as the project's catalog knows it. */
export interface CatalogRow {
  readonly name: string;
  /** Changes with every upload. Empty in rows that no service wrote. */
  readonly version: string;
  /** In bytes; absent in rows that no service wrote. */
  readonly size?: number;
  /** Without quotes; empty when unknown. */
  readonly eTag: string;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly updatedAt: string;
}

interface RawRow {
  readonly name: string;
  readonly version: string | null;
  readonly updated: string;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly user: Readonly<Record<string, unknown>> | null;
}

export interface CatalogRequest {
  readonly bucket: string;
  /** Only rows changed since then. @default all */
  readonly updatedAfter?: Date | undefined;
  /** And rows of these names, whenever they changed. */
  readonly orNamed?: readonly string[] | undefined;
  /** Only the row of this name. */
  readonly name?: string | undefined;
  /** Only its names. @default all */
  readonly shard?: MirrorShard | undefined;
  /** Only names behind this one. */
  readonly after?: string | undefined;
  /** @default all */
  readonly limit?: number | undefined;
}

const NEWLINE = 0x0a;

/** Rows of `storage.objects` of one bucket in the order of their names' bytes, as a stream; memory stays flat. */
export async function* catalogRows(client: pg.Client, request: CatalogRequest): AsyncGenerator<CatalogRow> {
  let rest = Buffer.alloc(0);
  for await (const piece of copyOut(client, statement(request)) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield parse(bytes.toString("utf8", start, end));
      start = end + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
}

function statement(request: CatalogRequest): string {
  const { bucket, updatedAfter, orNamed = [], name, shard, after, limit } = request;
  const conditions = [`bucket_id = ${pg.escapeLiteral(bucket)}`, "name IS NOT NULL"];
  if (name !== undefined) conditions.push(`name = ${pg.escapeLiteral(name)}`);
  if (shard !== undefined && !shard.isWhole) conditions.push(ofShard(shard));
  if (after !== undefined) conditions.push(`name COLLATE "C" > ${pg.escapeLiteral(after)}`);
  if (updatedAfter !== undefined) {
    const since = `${pg.escapeLiteral(updatedAfter.toISOString())}::timestamptz`;
    // A row without times may have changed at any time.
    const isChanged = `updated_at >= ${since} OR created_at >= ${since} OR updated_at IS NULL`;
    const isNamed = orNamed.length > 0 ? ` OR name IN (${orNamed.map(pg.escapeLiteral).join(", ")})` : "";
    conditions.push(`(${isChanged}${isNamed})`);
  }
  return `COPY (SELECT json_build_object('name', name, 'version', version, 'metadata', metadata, 'user', user_metadata,
    'updated', to_char(coalesce(updated_at, created_at, 'epoch'::timestamptz) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM storage.objects WHERE ${conditions.join(" AND ")} ORDER BY name COLLATE "C"${limit === undefined ? "" : ` LIMIT ${limit}`}) TO STDOUT`;
}

/** As `MirrorShard.includes` does. */
function ofShard({ digits }: MirrorShard): string {
  const first = "pg_catalog.get_byte(pg_catalog.sha256(pg_catalog.convert_to(name, 'UTF8')), 0)";
  return `${first} >> 4 IN (${digits.join(", ")})`;
}

function parse(line: string): CatalogRow {
  // JSON has no raw control characters: only its backslashes were doubled on the way.
  const { name, version, updated, metadata, user } = JSON.parse(line.replaceAll("\\\\", "\\")) as RawRow;
  const { size, eTag, mimetype, cacheControl } = metadata ?? {};
  const entries = Object.entries(user ?? {}).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return {
    name,
    version: version ?? "",
    ...(Number.isSafeInteger(size) && { size: Number(size) }),
    eTag: typeof eTag === "string" ? unquoted(eTag) : "",
    ...(typeof mimetype === "string" && { contentType: mimetype }),
    ...(typeof cacheControl === "string" && { cacheControl }),
    ...(entries.length > 0 && { metadata: Object.fromEntries(entries) as Record<string, string> }),
    updatedAt: updated,
  };
}
