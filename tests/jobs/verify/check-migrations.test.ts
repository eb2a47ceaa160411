import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkMigrations } from "../../../jobs/verify/check-migrations.ts";
import { testDirectory } from "../../support/servers.ts";

describe("checkMigrations", () => {
  async function directoryOf(...names: string[]): Promise<string> {
    const directory = await testDirectory("migrations");
    for (const name of names) writeFileSync(join(directory, name), "");
    return directory;
  }

  it("passes when the newest file is the newest applied", async () => {
    const directory = await directoryOf("20260101000000_a.sql", "20260301000000_b.sql", "README.md");
    const check = await checkMigrations(directory, "20260301000000");
    assert.equal("verdict" in check && check.verdict, "PASS");
  });

  it("fails when the code is ahead, behind, or nothing was applied", async () => {
    const directory = await directoryOf("20260101000000_a.sql");
    mkdirSync(join(directory, "20260401000000_folder"));
    for (const applied of ["20260101000000", "20260501000000", undefined]) {
      const check = await checkMigrations(directory, applied);
      assert.equal("verdict" in check && check.verdict, "FAIL");
    }
  });

  it("says that it could not look without a directory or without migrations in it", async () => {
    assert.match(JSON.stringify(await checkMigrations("/nonexistent/migrations", "1")), /notChecked/);
    assert.match(JSON.stringify(await checkMigrations(await directoryOf("notes.txt"), "1")), /notChecked/);
  });
});
