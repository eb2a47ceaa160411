import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresEnvironment } from "../../../sandbox/servers/postgres-environment.ts";

describe("postgresEnvironment", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-environment-"));
    mkdirSync(join(root, "bin"));
    mkdirSync(join(root, "lib"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("lets a build find the ICU that it brings along", () => {
    writeFileSync(join(root, "lib", "libicuuc.so.70"), "");
    assert.equal(postgresEnvironment(join(root, "bin")).LD_LIBRARY_PATH, join(root, "lib"));
  });

  it("leaves the loader alone otherwise, and passes nothing of the caller's on", () => {
    process.env.PGOPTIONS = "-c fsync=off";
    try {
      assert.deepEqual(Object.keys(postgresEnvironment(join(root, "bin"))), ["PATH", "LANG", "TZ"]);
    } finally {
      delete process.env.PGOPTIONS;
    }
  });
});
