import assert from "node:assert/strict";
import fc from "fast-check";
import type { CatalogTable } from "../../postgres/catalog.ts";
import { planChunks } from "../../postgres/plan-chunks.ts";

const MEBIBYTE = 1024 * 1024;

function table(overrides: Partial<CatalogTable> = {}): CatalogTable {
  const pages = overrides.pages ?? 10;
  return {
    oid: 1,
    schema: "public",
    name: "orders",
    columns: ["id", "note"],
    kind: "table",
    unlogged: false,
    heapBytes: pages * 8192,
    totalBytes: pages * 8192,
    pages,
    splittable: true,
    managed: false,
    ...overrides,
  };
}

const anyTable = fc
  .record({ pages: fc.nat(2_000_000), toast: fc.nat(50_000_000), splittable: fc.boolean() })
  .map(({ pages, toast, splittable }) => table({ pages, totalBytes: pages * 8192 + toast, splittable }));

describe("planChunks", () => {
  it("takes a small table in one plain COPY", () => {
    assert.deepEqual(planChunks([table()]), [
      { table: 0, part: 0, parts: 1, bytes: 81_920, sql: 'COPY "public"."orders" ("id", "note") TO STDOUT' },
    ]);
  });

  it("cuts a big table into ranges of pages, the last one open", () => {
    const plan = planChunks([table({ pages: 100_000 })], { targetBytes: 300 * MEBIBYTE, workers: 1 });
    assert.deepEqual(
      plan.map(({ part, parts, range }) => ({ part, parts, range })),
      [
        { part: 0, parts: 4, range: { fromPage: 0, toPage: 25_000 } },
        { part: 1, parts: 4, range: { fromPage: 25_000, toPage: 50_000 } },
        { part: 2, parts: 4, range: { fromPage: 50_000, toPage: 75_000 } },
        { part: 3, parts: 4, range: { fromPage: 75_000 } },
      ],
    );
    assert.match(
      plan[1]?.sql ?? "",
      /FROM ONLY "public"\."orders" WHERE ctid >= '\(25000,0\)' AND ctid < '\(50000,0\)'\) TO STDOUT$/,
    );
    assert.match(plan[3]?.sql ?? "", /WHERE ctid >= '\(75000,0\)'\) TO STDOUT$/);
  });

  it("makes chunks small enough for all workers to end together, but not tiny", () => {
    const big = table({ pages: 131_072 });
    assert.equal(planChunks([big], { workers: 2 }).length, 8);
    assert.equal(planChunks([big], { workers: 8 }).length, 32);
    assert.equal(planChunks([big], { workers: 64 }).length, 64, "16 MiB at least");
    assert.equal(planChunks([big], { workers: 1, targetBytes: 100 * MEBIBYTE }).length, 11);
    assert.equal(planChunks([table({ pages: 1_000_000 })], { workers: 1 }).length, 31, "256 MiB at most");
  });

  it("never cuts a table that cannot be", () => {
    assert.equal(planChunks([table({ pages: 1_000_000, splittable: false })]).length, 1);
  });

  it("puts every page of every table into exactly one chunk, largest chunk first", () => {
    fc.assert(
      fc.property(
        fc.array(anyTable, { maxLength: 8 }),
        fc.integer({ min: 1, max: 64 }),
        (tables, workers) => {
          const plan = planChunks(tables, { workers });
          assert.deepEqual(
            plan.map((chunk) => chunk.bytes),
            plan.map((chunk) => chunk.bytes).sort((a, b) => b - a),
          );
          for (const index of tables.keys()) {
            const parts = plan.filter((chunk) => chunk.table === index).sort((a, b) => a.part - b.part);
            assert.deepEqual(
              parts.map((chunk) => chunk.part),
              [...Array(parts[0]?.parts ?? -1).keys()],
            );
            if (parts.length === 1) {
              assert.equal(parts[0]?.range, undefined);
              continue;
            }
            let page: number | undefined = 0;
            for (const { range } of parts) {
              assert.equal(range?.fromPage, page);
              page = range?.toPage;
              if (page !== undefined) assert.ok(page > (range?.fromPage ?? 0));
            }
            assert.equal(page, undefined, "the last range is open");
          }
        },
      ),
    );
  });
});
