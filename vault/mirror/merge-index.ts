import { compareNames } from "./compare-names.ts";
import type { IndexRow } from "./index-row.ts";

/** A sorted run of rows that is opened only when its first name is reached. */
export interface IndexSource {
  readonly firstName: string;
  readonly open: () => AsyncIterable<IndexRow>;
  /** Begins to read, some sources before it is opened. */
  readonly prepare?: () => void;
}

/** So many sources are prepared before their turn: opening one takes a request, and there may be hundreds. */
const AHEAD = 8;

/** All that the mirror has of one name. */
export interface IndexEntry {
  readonly name: string;
  /** One row for each version of the source, the one copied last at the end. */
  readonly versions: readonly [IndexRow, ...IndexRow[]];
}

interface Cursor {
  readonly rows: AsyncIterator<IndexRow>;
  readonly order: number;
  row: IndexRow;
}

/**
 * Merges sorted sources into one sorted stream of names. Memory holds a row of each source that is open and the
 * versions of one name. Of two rows for the same version of a name the later source's counts.
 * @param sources oldest first
 */
export async function* mergeIndex(sources: readonly IndexSource[]): AsyncGenerator<IndexEntry> {
  const waiting = sources
    .map((source, order) => ({ ...source, order }))
    .sort((a, b) => compareNames(b.firstName, a.firstName));
  const heap = new CursorHeap();
  try {
    while (waiting.length > 0 || heap.first) {
      // Asked first: to wait for nothing costs as much as to wait for a row.
      for (let next = due(waiting, heap); next; next = due(waiting, heap)) await open(next, waiting, heap);
      const name = heap.first?.row.name;
      if (name === undefined) continue;
      const rows: IndexRow[] = [];
      for (let next = heap.first; next?.row.name === name; next = heap.first) {
        rows.push(next.row);
        heap.replaceFirst(await next.rows.next());
      }
      yield { name, versions: newestOfEach(rows) };
    }
  } finally {
    await heap.close();
  }
}

type Waiting = IndexSource & { readonly order: number };

function due(waiting: readonly Waiting[], { first }: CursorHeap): Waiting | undefined {
  const next = waiting.at(-1);
  return next && first && compareNames(next.firstName, first.row.name) > 0 ? undefined : next;
}

async function open(next: Waiting, waiting: Waiting[], heap: CursorHeap): Promise<void> {
  for (const soon of waiting.slice(-AHEAD)) soon.prepare?.();
  waiting.pop();
  const rows = next.open()[Symbol.asyncIterator]();
  const { value, done } = await rows.next();
  if (!done) heap.push({ rows, order: next.order, row: value });
}

function newestOfEach(rows: readonly IndexRow[]): [IndexRow, ...IndexRow[]] {
  const [only] = rows;
  if (only && rows.length === 1) return [only];
  const byVersion = new Map<string, IndexRow>();
  for (const row of rows) {
    // Deleted first, so that the version moves behind those copied before this row.
    byVersion.delete(row.version);
    byVersion.set(row.version, row);
  }
  const [first, ...others] = byVersion.values();
  if (!first) throw new RangeError("a name has at least one row");
  return [first, ...others];
}

/** Least name first, of equal names the oldest source. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];

  get first(): Cursor | undefined {
    return this.#cursors[0];
  }

  push(cursor: Cursor): void {
    let at = this.#cursors.push(cursor) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLess(at, parent)) return;
      at = parent;
    }
  }

  /** Gives the first its next row and its new place, or takes it out. */
  replaceFirst({ value, done }: IteratorResult<IndexRow>): void {
    const [first] = this.#cursors;
    const last = done ? this.#cursors.pop() : undefined;
    if (!done && first) first.row = value;
    else if (last && last !== first) this.#cursors[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = this.#isLess(right, left) ? right : left;
      if (!this.#swapIfLess(child, at)) return;
      at = child;
    }
  }

  async close(): Promise<void> {
    for (const { rows } of this.#cursors) await rows.return?.();
  }

  #swapIfLess(a: number, b: number): boolean {
    const [left, right] = [this.#cursors[a], this.#cursors[b]];
    if (!left || !right || !this.#isLess(a, b)) return false;
    this.#cursors[a] = right;
    this.#cursors[b] = left;
    return true;
  }

  #isLess(a: number, b: number): boolean {
    const [left, right] = [this.#cursors[a], this.#cursors[b]];
    if (!left || !right) return false;
    const order = compareNames(left.row.name, right.row.name);
    return order < 0 || (order === 0 && left.order < right.order);
  }
}
