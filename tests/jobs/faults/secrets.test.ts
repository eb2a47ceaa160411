import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { GetObjectCommand, HeadObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import type { Vault } from "../../../vault/vault.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, type JobBench } from "../../support/jobs.ts";
import { PROJECT_VARIABLE, TARGET_VARIABLE, writePlanFile } from "../../support/plan-file.ts";
import { runScript, type ScriptName, type ScriptRun } from "../../support/run-script.ts";
import { createShop } from "../../support/shop.ts";

const fresh = (name: string): string => `${name}${randomBytes(9).toString("hex")}`;

/** Collects the command lines of all processes of this machine until it is stopped. */
function watchCommandLines(): () => ReadonlySet<string> {
  const seen = new Set<string>();
  const look = (): void => {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        seen.add(readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has just ended.
      }
    }
  };
  const timer = setInterval(look, 3);
  return () => {
    clearInterval(timer);
    return seen;
  };
}

/** Everything that the bucket holds, as somebody without a key reads it. */
async function storedTexts(vault: Vault): Promise<Map<string, string>> {
  const { Versions = [] } = await vault.s3.send(new ListObjectVersionsCommand({ Bucket: vault.bucket }));
  const texts = new Map<string, string>();
  for (const { Key = "" } of Versions) {
    const target = { Bucket: vault.bucket, Key };
    const { Body } = await vault.s3.send(new GetObjectCommand(target));
    const { Metadata } = await vault.s3.send(new HeadObjectCommand(target));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    texts.set(Key, `${Key}\n${JSON.stringify(Metadata)}\n${bytes.toString("latin1")}`);
  }
  return texts;
}

describe("a secret", () => {
  /** What must not be seen anywhere. */
  const passwords = { source: fresh("SourcePw"), target: fresh("TargetPw"), changed: fresh("WrongPw") };
  const aws = fresh("AwsSecretKey");
  /** What the database itself holds; it must not leave it unencrypted. */
  const inside = { mapping: fresh("MappingPw"), row: fresh("RowText"), code: fresh("CodeToken") };
  const roles = { source: fresh("r").slice(0, 12), target: fresh("r").slice(0, 12) };
  let bench: JobBench;
  let plan: string;
  let source: string;
  let target: string;
  let commandLines: ReadonlySet<string>;
  const runs: ScriptRun[] = [];

  const withLogin = (url: string, role: string, password: string): string =>
    url.replace(/\/\/[^@]*@/, `//${role}:${password}@`);

  const run = async (name: ScriptName, args: readonly string[], url: string, exitCode = 0): Promise<void> => {
    const ended = await runScript(name, ["--plan", plan, ...args], {
      [PROJECT_VARIABLE]: url,
      [TARGET_VARIABLE]: withLogin(target, roles.target, passwords.target),
      AWS_SECRET_ACCESS_KEY: aws,
    });
    runs.push(ended);
    assert.equal(ended.exitCode, exitCode, ended.stdout + ended.stderr);
  };

  before(async function () {
    if (process.platform !== "linux") this.skip();
    this.timeout(120_000);
    bench = await createJobBench();
    plan = await writePlanFile(bench.settings);
    source = await createShop();
    target = await createDatabase();
    await query(
      source,
      `CREATE ROLE ${roles.source} SUPERUSER LOGIN PASSWORD '${passwords.source}'`,
      `CREATE ROLE ${roles.target} SUPERUSER LOGIN PASSWORD '${passwords.target}'`,
      `CREATE FOREIGN DATA WRAPPER anything; CREATE SERVER elsewhere FOREIGN DATA WRAPPER anything;
       CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'reader', password '${inside.mapping}')`,
      `INSERT INTO stages VALUES ('${inside.row}')`,
      `CREATE FUNCTION call_elsewhere() RETURNS text LANGUAGE sql AS $$ SELECT '${inside.code}' $$`,
    );
    const stop = watchCommandLines();
    const login = withLogin(source, roles.source, passwords.source);
    const into = ["--target-env", TARGET_VARIABLE, "--confirm", databaseOf(target)];
    await run("backup", [], login);
    await run("backup", ["--json"], withLogin(source, roles.source, passwords.changed), 1);
    await run("restore", into, login);
    await run("restore", [...into, "--json"], login, 1);
    await query(target, "DROP USER MAPPING FOR PUBLIC SERVER elsewhere", "DELETE FROM stages");
    await run("verify", into.slice(0, 2), login, 3);
    commandLines = stop();
  });
  after(async () => {
    for (const role of Object.values(roles)) {
      await query(source, `DROP ROLE IF EXISTS ${role}`).catch(() => undefined);
    }
  });

  const secrets = (): string[] => [...Object.values(passwords), aws];
  const all = (): string[] => [...secrets(), ...Object.values(inside)];

  it("stands in no argument list of any program", () => {
    assert.ok(
      [...commandLines].some((line) => line.includes("pg_dump ")),
      "pg_dump was seen",
    );
    for (const line of commandLines)
      for (const secret of secrets()) assert.ok(!line.includes(secret), line.slice(0, 200));
  });

  it("is in no output, of success, failure or proof, for people or programs", () => {
    for (const { stdout, stderr } of runs)
      for (const secret of all()) assert.ok(!(stdout + stderr).includes(secret), stdout + stderr);
  });

  it("is in no object of the vault, nor is anything of the rows", async () => {
    const stored = await storedTexts(bench.vault);
    assert.ok(stored.size > 10);
    for (const [key, text] of stored)
      for (const secret of [...all(), "@example.org"]) assert.ok(!text.includes(secret), key);
  });

  it("is in no evidence, of success or failure", async () => {
    const records = await listEvidence(bench.vault);
    const verdicts = records.map((record) => {
      const { kind, body } = record as { kind: string; body: { verdict: string } };
      return `${kind} ${body.verdict}`;
    });
    assert.ok(verdicts.includes("backup PASS") && verdicts.includes("backup FAIL"), verdicts.join());
    for (const secret of all()) assert.ok(!JSON.stringify(records).includes(secret));
  });
});
