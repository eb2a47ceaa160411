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

/** The files of this repository that a source imports, types too. */
function importedFiles(path: string): string[] {
  const imports = readFileSync(path, "utf8").matchAll(/(?:\bfrom |\bimport\(|^import )"(\.[^"]+)"/gm);
  return [...imports].map(([, from = ""]) => relative(ROOT, join(dirname(path), from)));
}

/** The folders of this repository from which a source imports, its own left out. */
function importedFolders(path: string): string[] {
  const own = relative(ROOT, path).split("/")[0];
  return importedFiles(path)
    .map((file) => file.split("/"))
    .filter((parts) => parts.length > 1)
    .map(([folder = ""]) => folder)
    .filter((folder) => folder !== own);
}

/** The first files found that import each other in a circle, in its order. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const seen = new Set<string>();
  const follow = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return way.slice(way.indexOf(file));
    if (seen.has(file)) return [];
    seen.add(file);
    for (const next of imports.get(file) ?? []) {
      const circle = follow(next, [...way, file]);
      if (circle.length > 0) return circle;
    }
    return [];
  };
  for (const file of imports.keys()) {
    const circle = follow(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
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

  it("has no files that import each other in a circle", () => {
    const sources = [...allowed.keys(), "sandbox", "tests", "bench"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name)),
    );
    const imports = new Map(sources.map((name) => [name, importedFiles(join(ROOT, name))]));
    assert.ok(imports.get("sandbox/start.ts")?.includes("sandbox/start/run-story.ts"));
    assert.deepEqual(findCircle(imports), []);
    imports.set("plan/clock.ts", ["sandbox/start.ts"]);
    assert.ok(findCircle(imports).includes("plan/clock.ts"));
  });

  it("would show an import that is wrong", () => {
    assert.ok(importedFolders(join(ROOT, "sandbox/start.ts")).includes("scripts"));
  });
});
