import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { codeSpans, ROOT, readDocument, tableBehind } from "./support/documents.ts";

/** Folder by folder, which others its sources may import, by the table in CONTRIBUTING; absent: all. */
function allowedImports(): Map<string, readonly string[]> {
  const allowed = new Map<string, readonly string[]>();
  const above: string[] = [];
  for (const [folder = "", , may = ""] of tableBehind(readDocument("CONTRIBUTING.md"), "## The house").slice(
    1,
  )) {
    const name = folder.replaceAll(/[`/]/g, "");
    if (may === "nothing of ours") allowed.set(name, []);
    else if (may === "the above") allowed.set(name, [...above]);
    else if (may !== "all")
      allowed.set(
        name,
        codeSpans(may).map((span) => span.replace("/", "")),
      );
    above.push(name);
  }
  return allowed;
}

/** The folders of this repository from which a source imports, its own left out. */
function importedFolders(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/(?:\bfrom |\bimport\(|^import )"(\.[^"]+)"/gm)].map(
    ([, from = ""]) => from,
  );
  const own = relative(ROOT, path).split("/")[0];
  return imports
    .map((from) => relative(ROOT, join(dirname(path), from)).split("/"))
    .filter((parts) => parts.length > 1)
    .map(([folder = ""]) => folder)
    .filter((folder) => folder !== own);
}

describe("the house, as CONTRIBUTING describes it", () => {
  const allowed = allowedImports();

  it("has rules for the folders of the product", () => {
    const inward = ["plan", "supabase", "vault", "postgres", "jobs"];
    const folders = [...inward, "components", "policies", "drills", "audit", "scripts"];
    assert.deepEqual([...allowed.keys()], folders);
    assert.deepEqual(allowed.get("supabase"), ["plan"]);
    assert.deepEqual(allowed.get("jobs"), ["plan", "supabase", "vault", "postgres"]);
  });

  for (const [folder, others] of allowed) {
    it(`${folder}/ imports only what it may`, () => {
      const below = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
      const wrong = below
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) =>
          importedFolders(join(ROOT, folder, name))
            .filter((other) => !others.includes(other))
            .map((other) => `${folder}/${name} imports ${other}/`),
        );
      assert.deepEqual(wrong, []);
    });
  }

  it("would show an import that is wrong", () => {
    assert.ok(importedFolders(join(ROOT, "sandbox/start.ts")).includes("scripts"));
  });
});
