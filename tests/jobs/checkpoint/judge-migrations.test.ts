import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { judgeMigrations } from "../../../jobs/checkpoint/judge-migrations.ts";
import { testDirectory } from "../../support/servers.ts";

const [FIRST, SECOND, THIRD] = ["20260101120000", "20260102120000", "20260103120000"] as const;

describe("migrations before a deployment", () => {
  let directory: string;
  before(async () => {
    directory = await testDirectory("migrations");
    for (const version of [THIRD, FIRST, SECOND]) writeFileSync(join(directory, `${version}_change.sql`), "");
    writeFileSync(join(directory, "README.md"), "");
  });

  const verdict = async (applied: string | undefined, migrates: boolean) => {
    const judged = await judgeMigrations(directory, applied, migrates);
    assert.ok("verdict" in judged);
    return [judged.verdict, judged.detail];
  };

  it("must all be applied", async () => {
    assert.equal((await verdict(THIRD, false))[0], "PASS");
    assert.deepEqual(await verdict(SECOND, false), [
      "FAIL",
      `${directory} goes up to ${THIRD}; production has applied ${SECOND}`,
    ]);
  });

  it("may be behind when the deployment brings them, and are named", async () => {
    assert.deepEqual(await verdict(FIRST, true), [
      "PASS",
      `production has applied ${FIRST}; this deployment brings ${SECOND}, ${THIRD}`,
    ]);
    assert.deepEqual(await verdict(undefined, true), [
      "PASS",
      `production has applied none; this deployment brings ${FIRST}, ${SECOND}, ${THIRD}`,
    ]);
  });

  it("must be known to the release in any case", async () => {
    const unknown = "20260104120000";
    assert.deepEqual(await verdict(unknown, true), [
      "FAIL",
      `production has applied ${unknown}, which ${directory} does not have`,
    ]);
    assert.equal((await verdict(unknown, false))[0], "FAIL");
  });

  it("that are not there are said not to be looked at", async () => {
    const gone = join(directory, "gone");
    assert.deepEqual(await judgeMigrations(gone, FIRST, false), {
      notChecked: `migrations: there is no directory ${gone} here`,
    });
  });
});
