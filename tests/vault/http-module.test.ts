import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** Whether a process that loads this also loads fetch. */
function loadsFetch(module: string): boolean {
  const script = `await import(${JSON.stringify(module)});
    console.log(process.moduleLoadList.some((name) => name.includes("undici")));`;
  const args = ["--input-type=module", "-e", script];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }).trim() === "true";
}

describe("http", () => {
  it("spares a command the loading of fetch, which an import of node:http brings", () => {
    assert.equal(loadsFetch("node:http"), true);
    for (const module of ["./jobs/storage-sync.ts", "./jobs/backup.ts", "./jobs/restore.ts"])
      assert.equal(loadsFetch(module), false, module);
  });
});
