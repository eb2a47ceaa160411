import { compareNames } from "./compare-names.ts";
import type { IndexRow } from "./index-row.ts";

/** A sorted run of rows that is opened only when its first name is reached. */
export interface IndexSource {
  readonly firstName: string;
  readonly open: () => AsyncIterable<IndexRow>;
}

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
      await openDue(waiting, heap);
      const name = heap.first?.row.name;
      if (name === undefined) continue;
      const rows: IndexRow[] = [];
      for (let next = heap.first; next?.row.name === name; next = heap.first) {
        rows.push(next.row);
        await advance(heap, next);
      }
      yield { name, versions: newestOfEach(rows) };
    }
  } finally {
    await heap.close();
  }
}

type Waiting = (IndexSource & { readonly order: number })[];

async function openDue(waiting: Waiting, heap: CursorHeap): Promise<void> {
  for (let next = waiting.at(-1); next; next = waiting.at(-1)) {
    if (heap.first && compareNames(next.firstName, heap.first.row.name) > 0) return;
    waiting.pop();
    const rows = next.open()[Symbol.asyncIterator]();
    const { value, done } = await rows.next();
    if (!done) heap.push({ rows, order: next.order, row: value });
  }
}

async function advance(heap: CursorHeap, cursor: Cursor): Promise<void> {
  const { value, done } = await cursor.rows.next();
  if (done) heap.removeFirst();
  else {
    cursor.row = value;
    heap.siftFirst();
  }
}

function newestOfEach(rows: readonly IndexRow[]): [IndexRow, ...IndexRow[]] {
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

  removeFirst(): void {
    const last = this.#cursors.pop();
    if (!last || this.#cursors.length === 0) return;
    this.#cursors[0] = last;
    this.siftFirst();
  }

  /** Puts the first in its place after its row changed. */
  siftFirst(): void {
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
