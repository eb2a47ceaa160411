import { runStatement, type Statement } from "../run-statement.ts";
import type { StorageContext } from "../storage-context.ts";

export interface ListRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  /** The listing begins with the first name that is not less; bytewise order. */
  readonly from: string;
  /** 1 to 1000. */
  readonly limit: number;
}

/** An object, or what several have in common up to the delimiter. */
export interface ListEntry {
  readonly name: string;
  readonly isPrefix: boolean;
  readonly eTag: string | null;
  readonly size: number | null;
  readonly updatedAt: Date | null;
}

const FACTS = `metadata ->> 'eTag' AS "eTag", (metadata ->> 'size')::float8 AS size, updated_at AS "updatedAt"`;
// A bound that may be absent would keep the planner from using the index for it, so there are two of each statement.
const BOUNDS = { bounded: `name COLLATE "C" < $3`, open: "$3::text IS NULL" } as const;
type Bound = keyof typeof BOUNDS;

const flat = (bound: Bound): Statement => ({
  name: `list-flat-${bound}`,
  text: `SELECT name, false AS "isPrefix", ${FACTS} FROM storage.objects
    WHERE bucket_id = $1 AND name COLLATE "C" >= $2 AND ${BOUNDS[bound]}
    ORDER BY name COLLATE "C" LIMIT $4`,
});
// Each step is one look into the index, which then passes over everything that shares the entry's prefix.
const folded = (bound: Bound): Statement => ({
  name: `list-folded-${bound}`,
  text: `WITH RECURSIVE listed AS (
      SELECT NULL::text AS name, false AS "isPrefix", NULL::text AS "eTag", NULL::float8 AS size,
        NULL::timestamptz AS "updatedAt", $2::text AS resume
      UNION ALL
      SELECT entry.* FROM listed CROSS JOIN LATERAL (
        SELECT CASE WHEN folded THEN folder ELSE name END, folded, "eTag", size, "updatedAt",
          CASE WHEN folded THEN left(folder, -1) || $6 ELSE name || chr(1) END
        FROM (
          SELECT name, ${FACTS}, cut > 0 AS folded, left(name, length($5) + cut + length($4) - 1) AS folder
          FROM storage.objects, LATERAL (SELECT position($4 IN substr(name, length($5) + 1)) AS cut) AS at
          WHERE bucket_id = $1 AND name COLLATE "C" >= listed.resume AND ${BOUNDS[bound]}
          ORDER BY name COLLATE "C" LIMIT 1
        ) AS first
      ) AS entry
    )
    SELECT name, "isPrefix", "eTag", size, "updatedAt" FROM listed WHERE name IS NOT NULL LIMIT $7`,
});
const STATEMENTS = {
  bounded: { flat: flat("bounded"), folded: folded("bounded") },
  open: { flat: flat("open"), folded: folded("open") },
} as const;

/** The least text that is greater than everything which begins with `prefix`, or nothing when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // No text holds the code points between, which UTF-16 needs for itself.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** In bytewise order of the names. */
export async function listRows(context: StorageContext, request: ListRequest): Promise<ListEntry[]> {
  const { bucket, prefix, delimiter, limit } = request;
  const from = Buffer.compare(Buffer.from(request.from), Buffer.from(prefix)) > 0 ? request.from : prefix;
  const end = afterPrefix(prefix);
  const bounds = [bucket, from, end];
  const statements = STATEMENTS[end === undefined ? "open" : "bounded"];
  if (delimiter === "") return runStatement<ListEntry>(context, statements.flat, [...bounds, limit]);
  const ending = afterPrefix(delimiter.slice(-1)) ?? delimiter.slice(-1);
  return runStatement<ListEntry>(context, statements.folded, [...bounds, delimiter, prefix, ending, limit]);
}
