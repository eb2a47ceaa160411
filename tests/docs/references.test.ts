import assert from "node:assert/strict";
import {
  brokenLinks,
  documents,
  missingPaths,
  namedPaths,
  namedScripts,
  packageScripts,
  readDocument,
} from "./support/documents.ts";

describe("what the documents refer to", () => {
  for (const path of documents()) {
    it(`is there: ${path}`, () => {
      const text = readDocument(path);
      const scripts = packageScripts();
      assert.deepEqual(brokenLinks(text, path), [], "links");
      assert.deepEqual(missingPaths(text), [], "paths");
      assert.deepEqual(
        namedScripts(text).filter((name) => scripts[name] === undefined),
        [],
        "npm scripts",
      );
    });
  }

  it("is missed when it is not there", () => {
    const text =
      "[a](docs/no.md) [b](README.md#no-heading) [c](README.md#commands) `plan/no.ts` `lib/no.ts` `no.md`, npm run no";
    assert.deepEqual(brokenLinks(text, "README.md"), ["docs/no.md", "README.md#no-heading"]);
    assert.deepEqual(missingPaths(text), ["plan/no.ts", "lib/no.ts", "no.md"]);
    assert.deepEqual(namedScripts(text), ["no"]);
  });

  it("does not count what belongs to the reader, to a point or to a pattern", () => {
    assert.deepEqual(
      namedPaths(
        "`my.yaml` `schema/roles.sql` `tests/*.ts` `scripts/<verb>.ts` `.holdfast/x.ts`\n```ts\n`plan/no.ts`\n```\n",
      ),
      [],
    );
    assert.deepEqual(namedPaths("`node scripts/backup.ts`, `plan/` and `package.json`"), [
      "scripts/backup.ts",
      "plan/",
      "package.json",
    ]);
  });
});
