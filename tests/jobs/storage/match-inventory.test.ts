import assert from "node:assert/strict";
import fc from "fast-check";
import type { CatalogRow } from "../../../jobs/storage/catalog-rows.ts";
import { matchInventory } from "../../../jobs/storage/match-inventory.ts";
import { mergeByName } from "../../../jobs/storage/merge-by-name.ts";
import { compareNames } from "../../../vault/mirror/compare-names.ts";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../../vault/mirror/merge-index.ts";
import { collect, rowOf } from "../../vault/mirror/test-mirror.ts";

async function* stream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

const sorted = <Item extends { readonly name: string }>(items: readonly Item[]): Item[] =>
  items.toSorted((one, other) => compareNames(one.name, other.name));

const listed = (name: string, more: Partial<CatalogRow> = {}): CatalogRow => ({
  ...{ name, version: "v1", size: 3, eTag: "e1", updatedAt: "2026-01-31T02:00:00.000Z" },
  ...more,
});
const entry = (name: string, first: IndexRow, ...others: IndexRow[]): IndexEntry => ({
  name,
  versions: [first, ...others],
});
const match = (inventory: readonly CatalogRow[], entries: readonly IndexEntry[]) =>
  collect(matchInventory(stream(inventory), stream(entries)));

describe("matchInventory", () => {
  const copy = (version: string, more: Partial<IndexRow> = {}) =>
    rowOf("a", version, { eTag: "e1", ...more });

  it("finds the copy of exactly the version, not of the newest", async () => {
    const [old, now] = [copy("v1"), copy("v2")];
    assert.deepEqual(await match([listed("a")], [entry("a", old, now)]), [
      { row: listed("a"), indexRow: old },
    ]);
  });

  it("tells an object of which there is nothing from one that was replaced too early", async () => {
    const found = await match([listed("a"), listed("b")], [entry("a", copy("v2")), entry("c", copy("v1"))]);
    assert.deepEqual(
      found.map(({ row, problem }) => [row.name, problem]),
      [
        ["a", "changed"],
        ["b", "missing-in-mirror"],
      ],
    );
  });

  it("does not take other bytes under the same version for the object", async () => {
    for (const other of [copy("v1", { eTag: "e2" }), copy("v1", { size: 4 })]) {
      const [found] = await match([listed("a")], [entry("a", other)]);
      assert.deepEqual([found?.problem, found?.indexRow], ["changed", undefined]);
    }
  });

  it("finds a row without a version by eTag and size, the last copied first", async () => {
    const bare = listed("a", { version: "" });
    const [first, second, third] = [copy("v1"), copy("v2"), copy("v3", { eTag: "e3" })];
    assert.equal((await match([bare], [entry("a", first, second, third)]))[0]?.indexRow, second);
    assert.equal((await match([{ ...bare, size: 9 }], [entry("a", first)]))[0]?.problem, "changed");
    const { size: _, ...unsized } = { ...bare, eTag: "" };
    assert.equal((await match([unsized], [entry("a", first, second)]))[0]?.indexRow, second);
  });

  it("does as a plain search would, whatever inventory and index hold", async () => {
    // Few names and versions, so that they meet; some above U+FFFF, whose order in UTF-16 is another.
    const name = fc.constantFrom("", "a", "a/", "a/b", "b", "\uffe0", "\u{1f600}", "z".repeat(900));
    const version = fc.constantFrom("", "v1", "v2", "v3");
    const eTag = fc.constantFrom("", "e1", "e2");
    const size = fc.constantFrom(1, 2);
    const rows = fc.uniqueArray(
      fc.record({ name, version, eTag, size: fc.option(size, { nil: undefined }) }),
      {
        selector: (row) => row.name,
      },
    );
    const copies = fc.array(fc.record({ name, version, eTag, size }));
    await fc.assert(
      fc.asyncProperty(rows, copies, async (unsorted, copied) => {
        const inventory = sorted(unsorted).map(({ size: bytes, ...row }): CatalogRow => {
          const { size: _, ...unsized } = listed(row.name, row);
          return { ...unsized, ...(bytes !== undefined && { size: bytes }) };
        });
        const all = copied.map((one) => rowOf(one.name, one.version, one));
        const entries = [...Map.groupBy(all, (one) => one.name)].flatMap(([key, [first, ...others]]) =>
          first ? [entry(key, first, ...others)] : [],
        );
        const expected = inventory.map((row) => {
          const ofName = all.filter((one) => one.name === row.name);
          const fits = ofName.filter(
            (one) =>
              (row.version === "" || row.version === one.version) &&
              (row.eTag === "" || row.eTag === one.eTag) &&
              (row.size === undefined || row.size === one.size),
          );
          const indexRow = fits.at(-1);
          if (indexRow) return { row, indexRow };
          return { row, problem: ofName.length === 0 ? "missing-in-mirror" : "changed" };
        });
        assert.deepEqual(await match(inventory, sorted(entries)), expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe("mergeByName", () => {
  it("gives each name once, in order, with what both sides have of it", async () => {
    const names = fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(names, names, async (ofLeft, ofRight) => {
        const left = sorted(ofLeft.map((name) => ({ name, side: "left" })));
        const right = sorted(ofRight.map((name) => ({ name, side: "right" })));
        const of = (items: typeof left, name: string) => items.find((item) => item.name === name);
        const all = sorted([...new Set([...ofLeft, ...ofRight])].map((name) => ({ name })));
        const expected = all.map(({ name }) => {
          const [one, other] = [of(left, name), of(right, name)];
          return { name, ...(one && { left: one }), ...(other && { right: other }) };
        });
        assert.deepEqual(await collect(mergeByName(stream(left), stream(right))), expected);
      }),
    );
  });

  it("closes both sides when it is left early", async () => {
    const closed: string[] = [];
    async function* endless(side: string) {
      try {
        for (let at = 0; ; at++) yield { name: `${side}${at}` };
      } finally {
        closed.push(side);
      }
    }
    for await (const _ of mergeByName(endless("a"), endless("b"))) break;
    assert.deepEqual(closed.sort(), ["a", "b"]);
  });
});
