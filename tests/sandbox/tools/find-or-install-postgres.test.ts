import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrInstallPostgres } from "../../../sandbox/tools/find-or-install-postgres.ts";

describe("findOrInstallPostgres", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-tools-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const programs = ["initdb", "postgres", "pg_dump", "pg_dumpall", "pg_restore", "psql"];
  function fakePostgres(folder: string, version: string, names: readonly string[] = programs): string {
    const bin = join(root, folder);
    mkdirSync(bin);
    for (const name of names) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return bin;
  }

  it("takes the folder in HOLDFAST_PG_BIN before any other", async () => {
    const [named, usual] = [fakePostgres("named", "16.4"), fakePostgres("usual", "17.1")];
    const found = await findOrInstallPostgres({
      environment: { HOLDFAST_PG_BIN: named, PATH: usual },
      usualFolders: [usual],
    });
    assert.deepEqual(found, { binDirectory: named, major: 16, version: "16.4" });
  });

  it("takes no other folder when the one in HOLDFAST_PG_BIN will not do", async () => {
    const named = fakePostgres("named", "14.9");
    const usual = fakePostgres("usual", "17.1");
    await assert.rejects(
      findOrInstallPostgres({ environment: { HOLDFAST_PG_BIN: named }, usualFolders: [usual] }),
      { code: "POSTGRES_MISSING", message: /14\.9, older than 15/, hint: /apt-get install -y postgresql/ },
    );
  });

  it("follows a link on PATH to the folder that has the rest", async () => {
    const real = fakePostgres("real", "15.18");
    mkdirSync(join(root, "links"));
    symlinkSync(join(real, "postgres"), join(root, "links", "postgres"));
    const found = await findOrInstallPostgres({
      environment: { PATH: join(root, "links") },
      usualFolders: [],
    });
    assert.equal(found.binDirectory, real);
  });

  it("passes over folders that are too old or incomplete and says why when none is left", async () => {
    const old = fakePostgres("old", "13.2");
    const half = fakePostgres("half", "17.0", ["psql", "pg_dump"]);
    const good = fakePostgres("good", "18.1");
    const options = { environment: { PATH: "" }, install: false };
    assert.equal((await findOrInstallPostgres({ ...options, usualFolders: [old, half, good] })).major, 18);
    await assert.rejects(findOrInstallPostgres({ ...options, usualFolders: [old, half] }), {
      code: "POSTGRES_MISSING",
      message: /old is version 13\.2.*half lacks initdb, postgres, pg_dumpall, pg_restore/,
    });
  });
});
