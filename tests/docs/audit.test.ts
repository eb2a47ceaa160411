import assert from "node:assert/strict";
import { ALL_SOURCES } from "../../audit/all-sources.ts";
import { sourceOf } from "../../audit/source-of.ts";
import { auditTable } from "./support/audit-table.ts";
import { readDocument } from "./support/documents.ts";

describe("docs/audit.md", () => {
  const kinds = ALL_SOURCES.flatMap((source) => source.kinds);

  it("lists every fact with its source and fix, as the code has them", () => {
    const text = readDocument("docs/audit.md");
    const table = text.slice(text.indexOf("| `--only` |")).split("\n\n")[0];
    assert.equal(
      table,
      auditTable(),
      "put what `node tests/docs/support/audit-table.ts` prints in its place",
    );
  });

  it("is about facts that are told apart, each with a source and a way to mend it", () => {
    assert.ok(kinds.length >= 20);
    assert.equal(new Set(kinds.map(({ id }) => id)).size, kinds.length);
    assert.equal(new Set(ALL_SOURCES.map(({ name }) => name)).size, ALL_SOURCES.length);
    for (const { id, setting, source, fix } of kinds) {
      assert.match(id, /^[a-z]+(?:\.[a-z0-9-]+)+$/);
      for (const text of [setting, source, fix]) assert.ok(text.trim().length > 5, `${id}: ${text}`);
      assert.doesNotMatch(
        fix,
        /\{(?!stack|plan|project|subject)[a-z]+\}/,
        `${id}: a place that nothing fills`,
      );
    }
  });

  it("knows the source of every fact, also of one that did not answer", () => {
    for (const { name, kinds: own } of ALL_SOURCES)
      for (const { id } of own) assert.equal(sourceOf(`${id}/shop/x`), name);
    assert.equal(sourceOf("audit.source/points"), "points");
    assert.equal(sourceOf("nothing.like-it/shop"), undefined);
  });
});
