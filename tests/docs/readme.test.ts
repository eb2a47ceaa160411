import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parse } from "yaml";
import { parsePlan } from "../../plan/parse-plan.ts";
import { fencedBlocks, packageScripts, ROOT, readDocument, tableBehind } from "./support/documents.ts";

const README = readDocument("README.md");
const TYPED = fencedBlocks(README)
  .filter(({ language }) => language === "sh")
  .flatMap(({ content }) => content.split("\n"));

/** The help of an npm script, as `npm run <name> -- --help` prints it. */
async function helpOf(name: string): Promise<string> {
  const [program, file = "", ...rest] = (packageScripts()[name] ?? "").split(" ");
  assert.deepEqual([program, rest], ["node", []], `${name} is started in another way than node FILE`);
  // Rejects when the exit code is not 0.
  const { stdout } = await promisify(execFile)(process.execPath, [file, "--help"], { cwd: ROOT });
  return stdout;
}

const PLANS = fencedBlocks(README).filter(({ language }) => language === "yaml");

describe("README", () => {
  it("has a complete plan of at most ten lines", () => {
    const plans = PLANS.filter(({ content }) => content.startsWith("environment:"));
    assert.equal(plans.length, 1);
    const content = plans[0]?.content ?? "";
    assert.ok(content.trimEnd().split("\n").length <= 10);
    const plan = parsePlan(parse(content), "README.md");
    assert.deepEqual(
      plan.projects.map(({ name, kind }) => [name, kind]),
      [["shop", "postgres"]],
    );
    for (const { connection } of plan.projects) {
      const variable = "env" in connection ? connection.env : "a variable";
      assert.ok(
        TYPED.some((line) => line.startsWith(`export ${variable}=`)),
        `${variable} is set before it is used`,
      );
    }
  });

  it("shows Supabase's settings as a plan takes them", () => {
    const [whole = {}, part = {}] = PLANS.map(({ content }) => parse(content));
    const projects = part.projects.map((project: object) => ({
      ...whole.projects[0],
      kind: "supabase",
      ...project,
    }));
    const [ordak] = parsePlan({ ...whole, ...part, projects }, "README.md").projects;
    assert.deepEqual(
      [ordak?.pitr, ordak?.compute, ordak?.sslEnforcement],
      [{ windowDays: 7 }, "small", true],
    );
  });

  it("has a row for each command, and no other", () => {
    const rows = tableBehind(README, "## Commands").slice(1);
    const named = rows.map(([, command = ""]) => /^`npm run ([\w-]+)`$/.exec(command)?.[1]);
    const developers = ["start", "lint", "format", "types", "test", "check"];
    const commands = Object.keys(packageScripts()).filter((name) => !developers.includes(name));
    assert.deepEqual(named.toSorted(), commands.toSorted());
  });

  for (const [, command = ""] of tableBehind(README, "## Commands").slice(1)) {
    const name = /npm run ([\w-]+)/.exec(command)?.[1] ?? "";
    it(`names options that npm run ${name} has`, async () => {
      const help = await helpOf(name);
      assert.match(help, new RegExp(`npm run ${name}\\b`));
      assert.match(help, /--json\b/);
      const lines = TYPED.filter((line) => line.includes(`npm run ${name} `));
      const options = lines
        .flatMap((line) => [...line.matchAll(/ (--[a-z][a-z-]+)/g)])
        .map(([, name]) => name);
      for (const option of options) assert.ok(help.includes(`${option} `), `${option} of npm run ${name}`);
    });
  }

  it("names options that npm start has", async () => {
    const help = await helpOf("start");
    for (const option of ["--json", "--scale", "--keep"]) {
      assert.ok(README.includes(option) && help.includes(option), option);
    }
  });
});
