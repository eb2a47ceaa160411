import assert from "node:assert/strict";
import { basename } from "node:path";
import { documents, namedPaths, readDocument, tableBehind } from "./support/documents.ts";

const DECISIONS = documents().filter((path) => path.startsWith("docs/decisions/"));

describe("docs/decisions", () => {
  it("are numbered without a gap", () => {
    assert.deepEqual(
      DECISIONS.map((path) => basename(path).slice(0, 5)),
      DECISIONS.map((_, index) => `${String(index + 1).padStart(4, "0")}-`),
    );
  });

  for (const path of DECISIONS) {
    it(`${basename(path)} has its number and its four parts, and is short`, () => {
      const text = readDocument(path);
      assert.ok(text.startsWith(`# ${basename(path).slice(0, 4)}: `));
      const parts = [...text.matchAll(/^## (.+)$/gm)].map(([, part]) => part);
      assert.deepEqual(parts, ["Context", "Decision", "Why", "Consequences"]);
      assert.ok(text.split("\n").length <= 60);
    });
  }
});

describe("docs/architecture.md", () => {
  const text = readDocument("docs/architecture.md");

  it("has at most 150 lines", () => {
    assert.ok(text.trimEnd().split("\n").length <= 150);
  });

  it("names tests for each of the seven invariants", () => {
    const rows = tableBehind(text, "## Invariants").slice(1);
    assert.deepEqual(
      rows.map(([name]) => name),
      ["I1", "I2", "I3", "I4", "I5", "I6", "I7"],
    );
    for (const [name, , tests = ""] of rows) {
      assert.ok(namedPaths(tests).length > 0, name);
      for (const path of namedPaths(tests)) assert.match(path, /^tests\/.+\.test\.ts$/);
    }
  });
});
