import type pg from "pg";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import { catalogPages } from "../storage/catalog-pages.ts";
import type { InventoryMatch } from "../storage/match-inventory.ts";
import { mergeByName } from "../storage/merge-by-name.ts";
import type { TargetStorage } from "./target-storage.ts";

/** An object as the target tells of it. */
export interface FoundObject {
  readonly name: string;
  readonly size?: number;
  /** Without quotes; empty when unknown. */
  readonly eTag: string;
  /** Of the catalog; absent in a plain bucket. */
  readonly version?: string;
}

/** One name of the point or of the target. */
export interface TargetState {
  readonly name: string;
  /** Absent: the point does not have it. */
  readonly match?: InventoryMatch;
  /** Absent: the target has nothing of it, or only the row that the database's restore brought. */
  readonly found?: FoundObject;
}

/** What the target has: the catalog's rows of a Supabase project, as its listing shows these alone, or the listing. */
export function targetObjects(
  target: TargetStorage,
  client: pg.Client | undefined,
  signal?: AbortSignal,
): AsyncIterable<FoundObject> {
  return client === undefined ? target.list(signal) : catalogPages(client, { bucket: target.bucket });
}

/**
 * Compares the target with the point, name by name; memory holds one page. A row that still has the point's own version
 * came with the database: the bytes of that version can only be at the source.
 */
export async function* compareTarget(
  point: AsyncIterable<InventoryMatch>,
  target: AsyncIterable<FoundObject>,
): AsyncGenerator<TargetState> {
  for await (const { name, left, right } of mergeByName(named(point), target)) {
    const match = left?.match;
    const isRowOfPoint = right?.version !== undefined && right.version === match?.row.version;
    yield { name, ...(match && { match }), ...(right && !isRowOfPoint && { found: right }) };
  }
}

async function* named(matches: AsyncIterable<InventoryMatch>) {
  for await (const match of matches) yield { name: match.row.name, match };
}

/** The eTag of an object uploaded at once is its MD5, except where the store encrypts. */
const MD5 = /^[0-9a-f]{32}$/;

/** Whether size and eTag already say the same as the point; otherwise only its bytes can tell. */
export function isTellingSame({ match, found }: TargetState): boolean {
  const eTag = match?.indexRow?.eTag ?? "";
  return found?.size === match?.indexRow?.size && MD5.test(eTag) && found?.eTag === eTag;
}

/** What the target has of a name instead of the point's bytes; undefined when it has these. */
export async function differenceOf(
  target: TargetStorage,
  state: TargetState & { readonly expected: IndexRow; readonly found: FoundObject },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name, found, expected } = state;
  if (found.size !== undefined && found.size !== expected.size)
    return `${found.size} bytes; the point has ${expected.size}`;
  if (isTellingSame(state)) return undefined;
  const read = await target.read(name, signal);
  if (read === undefined) return "its row is there and its bytes are not";
  if (read.sha256 === expected.sha256) return undefined;
  return `${read.size} bytes of another content than the point's`;
}
