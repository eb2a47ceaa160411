import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { appendEvidence } from "../../vault/evidence/append-evidence.ts";
import { runScript } from "../support/run-script.ts";
import { testDirectory } from "../support/servers.ts";
import { putPoint, reference } from "../vault/sample-point.ts";
import { closeAll, openTestVault } from "../vault/test-vault.ts";

describe("npm run evidence", function () {
  this.timeout(60_000);
  let plan: readonly string[];
  let directory: string;

  before(async () => {
    const { vault, settings } = await openTestVault({ lockMode: "governance" });
    const { environment, ...rest } = settings;
    const projects = [{ name: "ordak", kind: "postgres", connection: { env: "DATABASE_URL" } }];
    directory = await testDirectory("evidence");
    const file = join(directory, "plan.yaml");
    writeFileSync(file, stringify({ environment, vault: rest, projects }));
    plan = ["--plan", file];
    await putPoint(vault, reference(1));
    for (const verdict of ["PASS", "FAIL"])
      await appendEvidence(vault, { kind: "backup", project: "ordak", body: { verdict } });
    await appendEvidence(vault, { kind: "canary", body: { verdict: "PASS" } });
  });
  after(closeAll);

  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runScript("evidence", [...args, "--json"]);
    return { exitCode, told: JSON.parse(stdout), stderr };
  };
  const sequences = ({ told }: Awaited<ReturnType<typeof run>>) =>
    told.records.map(({ sequence }: { sequence: number }) => sequence);

  it("list shows what is asked for, and nothing else", async () => {
    const [all, canaries, ofProject, none] = await Promise.all([
      run("list", ...plan),
      run("list", ...plan, "--kind", "canary"),
      run("list", ...plan, "--project", "ordak", "--since", "2020-01-01"),
      run("list", ...plan, "--until", "2020-01-01T00:00:00Z"),
    ]);
    assert.deepEqual([all, canaries, ofProject, none].map(sequences), [[1, 2, 3], [3], [1, 2], []]);
    for (const day of ["2026-02-30", "yesterday", "2026-01-01T00:00", "2026-13-01"]) {
      const { exitCode, told } = await run("list", ...plan, "--since", day);
      assert.deepEqual([exitCode, told.error.code], [2, "USAGE"], day);
    }
  });

  it("export writes a pack that verify finds whole without the vault, until somebody touches it", async () => {
    const pack = join(directory, "pack");
    const { exitCode, told } = await run("export", ...plan, "--to", pack);
    assert.deepEqual([exitCode, told.records, told.files.length], [0, 3, 21]);
    assert.equal(readFileSync(join(pack, "evidence/head.txt"), "utf8"), `${told.head}\n`);
    assert.match(readFileSync(join(pack, "retention.md"), "utf8"), /\| nightly\\_20260131\\_020100 \|/);
    const key = join(pack, "evidence/public-key.pem");
    const whole = await run("verify", "--from", pack, "--public-key", key, "--head", told.head);
    assert.deepEqual([whole.exitCode, whole.told.isIntact, whole.told.signed], [0, true, 3]);
    const again = await run("export", ...plan, "--to", pack);
    assert.deepEqual([again.exitCode, again.told.error.code], [2, "DIRECTORY_NOT_EMPTY"]);
    writeFileSync(join(pack, "contacts.md"), "nobody");
    const touched = await runScript("evidence", ["verify", "--from", pack]);
    assert.equal(touched.exitCode, 3);
    assert.match(
      touched.stdout,
      /^BROKEN: 3 records, 3 signatures checked\.\nBy the key that came with it: /,
    );
    assert.match(touched.stdout, /^ {2}contacts\.md was changed$/m);
  });

  it("refuses what cannot be exported or verified, by its name", async () => {
    const cases: readonly (readonly [string, string[]])[] = [
      ["USAGE", ["export", ...plan]],
      [
        "USAGE",
        ["export", ...plan, "--to", join(directory, "a"), "--since", "2026-02-01", "--until", "2026-01-01"],
      ],
      ["USAGE", ["exprot", ...plan]],
      ["EVIDENCE_MISSING", ["export", ...plan, "--to", join(directory, "b"), "--until", "2020-01-01"]],
      ["PACK_INVALID", ["verify", "--from", join(directory, "none")]],
    ];
    for (const [code, args] of cases) {
      const { exitCode, told } = await run(...args);
      assert.deepEqual([exitCode, told.error?.code], [2, code], args.join(" "));
    }
  });
});
