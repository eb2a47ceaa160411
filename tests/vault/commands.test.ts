import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { appendEvidence } from "../../vault/evidence/append-evidence.ts";
import { markVerified } from "../../vault/mark-verified.ts";
import { testDirectory } from "../support/servers.ts";
import { putChunk, putPoint, reference } from "./sample-point.ts";
import { bytesOf, closeAll, openTestVault, type TestVault } from "./test-vault.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script as a person would, and never lets a stack trace through. */
async function run(script: "points" | "evidence" | "sweep", ...args: string[]): Promise<Ended> {
  const file = fileURLToPath(new URL(`../../scripts/${script}.ts`, import.meta.url));
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      if (/\n\s+at /.test(stdout + stderr)) reject(new Error(`a stack trace: ${stderr}`));
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("commands on the vault", () => {
  let opened: TestVault;
  let planFile: string;
  let directory: string;
  before(async () => {
    opened = await openTestVault({ lockMode: "governance" });
    const { environment, ...vault } = opened.settings;
    const projects = [{ name: "ordak", kind: "postgres", connection: { env: "DATABASE_URL" } }];
    directory = await testDirectory("commands");
    planFile = join(directory, "plan.yaml");
    await writeFile(planFile, stringify({ environment, vault, projects }));
  });
  after(closeAll);

  it("points: lists what there is, in words and as JSON", async () => {
    const empty = await run("points", "--plan", planFile);
    assert.deepEqual([empty.code, empty.stderr], [0, ""]);
    assert.match(empty.stdout, /no recovery point.*npm run backup/);
    const manifest = await putPoint(opened.vault, reference(1));
    await putPoint(opened.vault, reference(2));
    await markVerified(opened.vault, manifest, new Date("2026-02-03T04:05:06Z"));
    const words = await run("points", "--plan", planFile, "--project", "ordak", "--tier", "nightly");
    assert.equal(words.code, 0, words.stderr);
    const lines = words.stdout.trim().split("\n");
    assert.match(lines[0] ?? "", /^id +tier +age +size +verified +locked until +retention$/);
    assert.match(lines[1] ?? "", /^nightly_20260131_020200 .* never /);
    assert.match(lines[2] ?? "", /^nightly_20260131_020100 .* 2026-02-03 04:05 /);
    const json = JSON.parse((await run("points", "--plan", planFile, "--json")).stdout);
    assert.deepEqual(
      json.points.map(({ id }: { id: string }) => id),
      [reference(2).id, reference(1).id],
    );
    assert.match(json.points[1].lockUntil, /^\d{4}-.*Z$/);
    assert.match(json.points[0].retention, /^kept: not verified/);
    assert.match(json.points[1].retention, /^kept: .*newest verified/);
  });

  it("points: wrong names are answered with the right ones", async () => {
    const tier = await run("points", "--plan", planFile, "--tier", "nihgtly");
    assert.equal(tier.code, 2);
    assert.match(tier.stderr, /nightly/);
    const project = await run("points", "--plan", planFile, "--project", "ordka");
    assert.equal(project.code, 2);
    assert.match(project.stderr, /ordak/);
  });

  it("evidence: lists, verifies, exports, verifies the export without the vault, and tells a broken chain", async () => {
    for (const verdict of ["PASS", "FAIL"]) {
      await appendEvidence(opened.vault, { kind: "backup", project: "ordak", body: { verdict } });
    }
    const list = await run("evidence", "--plan", planFile);
    assert.equal(list.code, 0, list.stderr);
    assert.match(list.stdout, /1 .*backup .*ordak .*PASS\n2 .*FAIL/);
    const intact = await run("evidence", "--plan", planFile, "--verify");
    assert.equal(intact.code, 0, intact.stderr);
    assert.match(intact.stdout, /INTACT: 2 records, 2 signatures checked/);
    const exported = await run("evidence", "--plan", planFile, "--json");
    const { records, publicKey } = JSON.parse(exported.stdout);
    const file = join(directory, "records.json");
    const key = join(directory, "signing.pem");
    await writeFile(file, exported.stdout);
    await writeFile(key, publicKey);
    const offline = await run("evidence", "--file", file, "--public-key", key, "--json");
    assert.equal(offline.code, 0, offline.stderr);
    assert.deepEqual(JSON.parse(offline.stdout).signed, 2);
    records[0].body.verdict = "FAIL";
    await writeFile(file, JSON.stringify(records));
    const broken = await run("evidence", "--file", file, "--public-key", key);
    assert.equal(broken.code, 3);
    assert.match(broken.stdout, /BROKEN[\s\S]*record 1: was changed/);
    const cut = await run("evidence", "--plan", planFile, "--verify", "--head", "0".repeat(64));
    assert.equal(cut.code, 3);
  });

  it("evidence: files that are none are named", async () => {
    const missing = await run("evidence", "--file", join(directory, "none.json"));
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /none\.json cannot be read/);
    const wrong = await run("evidence", "--file", planFile);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /holds no evidence records/);
  });

  it("sweep: only says what it would do without --yes, and leaves young litter alone", async () => {
    const { vault } = opened;
    await putChunk({ ...vault, lockMode: "none" }, reference(9), "data/a/0", bytesOf(1000));
    const young = await run("sweep", "--plan", planFile, "--yes");
    assert.equal(young.code, 0, young.stderr);
    assert.match(young.stdout, /kept, young +nightly_20260131_020900[\s\S]*Nothing to remove/);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const dry = await run("sweep", "--plan", planFile, "--older-than", "1s");
    assert.match(dry.stdout, /no manifest +nightly_20260131_020900: 1 objects[\s\S]*add --yes/);
    const wet = await run("sweep", "--plan", planFile, "--older-than", "1s", "--yes", "--json");
    assert.equal(JSON.parse(wet.stdout).points.length, 1);
    const again = await run("sweep", "--plan", planFile, "--older-than", "1s", "--yes");
    assert.match(again.stdout, /Nothing to remove/);
    const all = await run("sweep", "--plan", planFile, "--older-than", "1s", "--all", "--json");
    assert.deepEqual([all.code, Object.keys(JSON.parse(all.stdout).projects)], [0, ["ordak"]]);
    const both = await run("sweep", "--plan", planFile, "--all", "--project", "ordak");
    assert.deepEqual([both.code, /Both --all and --project/.test(both.stderr)], [2, true]);
    const wrong = await run("sweep", "--plan", planFile, "--older-than", "soon");
    assert.equal(wrong.code, 2);
  });

  it("none prints a secret", async () => {
    const key = await readFile(planFile, "utf8");
    assert.doesNotMatch(key, /PRIVATE KEY/);
    process.env.DATABASE_URL = "postgres://u:hunter2@localhost/x";
    for (const script of ["points", "evidence", "sweep"] as const) {
      const { stdout, stderr } = await run(script, "--plan", planFile, "--json");
      assert.doesNotMatch(stdout + stderr, /hunter2|PRIVATE KEY/);
    }
    delete process.env.DATABASE_URL;
  });
});
