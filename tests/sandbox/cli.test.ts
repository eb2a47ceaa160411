import assert from "node:assert/strict";
import { join } from "node:path";
import { runTool, type ToolResult } from "../../sandbox/servers/run-tool.ts";
import { testDirectory } from "../support/servers.ts";

const CLI = join(import.meta.dirname, "../../sandbox/cli.ts");

describe("sandbox command", () => {
  const run = (...argv: string[]): Promise<ToolResult> =>
    runTool(process.execPath, [CLI, ...argv], { mayFail: true });

  it("explains itself", async () => {
    const { exitCode, stdout } = await run("--help");
    assert.equal(exitCode, 0);
    assert.match(stdout, /up\|down\|status\|seed/);
    assert.match(stdout, /--scale N/);
  });

  for (const [what, argv, said] of [
    ["a missing action", [], /action is missing/],
    ["an unknown action", ["upp"], /Did you mean up/],
    ["a scale that is no number", ["up", "--scale", "big"], /number above 0/],
    ["a scale of nothing", ["seed", "--scale", "0"], /number above 0/],
  ] as const) {
    it(`refuses ${what} with exit code 2 and no stack`, async () => {
      const { exitCode, stderr } = await run(...argv);
      assert.equal(exitCode, 2);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }

  it("reports a sandbox that is down, and makes nothing by looking", async () => {
    const directory = join(await testDirectory("cli"), "none");
    const { exitCode, stdout } = await run("status", "--json", "--directory", directory);
    assert.equal(exitCode, 0);
    const status = JSON.parse(stdout);
    assert.deepEqual(
      [status.postgres.running, status.supabase.running, status.aws.running],
      [false, false, false],
    );
    assert.equal((await run("down", "--directory", directory)).exitCode, 0);
  });
});
