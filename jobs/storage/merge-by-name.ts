import { compareNames } from "../../vault/mirror/compare-names.ts";

export interface Named {
  readonly name: string;
}

/** What two sorted streams have of one name; at least one of both. */
export interface NamePair<Left, Right> {
  readonly name: string;
  readonly left?: Left;
  readonly right?: Right;
}

/** Merges two streams that are sorted by name (UTF-8 bytes), each name once in each; memory holds one item of each. */
export async function* mergeByName<Left extends Named, Right extends Named>(
  lefts: AsyncIterable<Left>,
  rights: AsyncIterable<Right>,
): AsyncGenerator<NamePair<Left, Right>> {
  const right = rights[Symbol.asyncIterator]();
  try {
    let next = await right.next();
    for await (const left of lefts) {
      for (; !next.done && compareNames(next.value.name, left.name) < 0; next = await right.next()) {
        yield { name: next.value.name, right: next.value };
      }
      if (next.done || next.value.name !== left.name) {
        yield { name: left.name, left };
        continue;
      }
      yield { name: left.name, left, right: next.value };
      next = await right.next();
    }
    for (; !next.done; next = await right.next()) yield { name: next.value.name, right: next.value };
  } finally {
    await right.return?.();
  }
}
