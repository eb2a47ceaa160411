import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { runTool } from "../../postgres/run-tool.ts";

const node = (script: string, options: Partial<Parameters<typeof runTool>[2]> = {}) =>
  runTool(process.execPath, ["-e", script], { env: {}, ...options });

const failsWith = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof HoldfastError && error.code === code && pattern.test(error.message);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let waits = 0; waits < 100 && isAlive(pid); waits++) await sleep(50);
  return !isAlive(pid);
}

describe("runTool", () => {
  it("streams the output", async () => {
    assert.equal(
      await text(node("process.stdout.write('x'.repeat(1e6)); console.error('a warning')")),
      "x".repeat(1e6),
    );
  });

  it("passes arguments as they are, never through a shell", async () => {
    const argument = "$(id); `id` 'x' \"y\" * \\";
    const output = await text(
      runTool(process.execPath, ["-e", "process.stdout.write(process.argv[1])", argument], { env: {} }),
    );
    assert.equal(output, argument);
  });

  it("gives the program exactly the environment that it was given", async () => {
    process.env.HOLDFAST_TEST_LEAK = "leak";
    try {
      assert.doesNotMatch(await text(node("console.log(JSON.stringify(process.env))")), /leak/);
    } finally {
      delete process.env.HOLDFAST_TEST_LEAK;
    }
  });

  it("fails at the end of an output whose program failed, and shows its message without secrets", async () => {
    const script =
      "process.stdout.write('part'); console.error('cannot: password=hunter2 postgres://u:hunter2@h/d'); process.exitCode = 3";
    await assert.rejects(text(node(script)), (error: unknown) => {
      assert.ok(failsWith("TOOL_FAILED", /left with code 3: cannot: password=\*\*\*/)(error));
      assert.doesNotMatch((error as HoldfastError).message, /hunter2/);
      return true;
    });
  });

  it("keeps the end of a long message", async () => {
    const script = "process.stderr.write('a'.repeat(1e6) + 'the end'); process.exitCode = 1";
    await assert.rejects(text(node(script)), failsWith("TOOL_FAILED", /^.{1,17000}the end$/));
  });

  it("fails when a signal ended the program", async () => {
    await assert.rejects(
      text(node("process.kill(process.pid, 'SIGKILL')")),
      failsWith("TOOL_FAILED", /ended by SIGKILL/),
    );
  });

  it("names a program that is not there", async () => {
    await assert.rejects(
      text(runTool("/nonexistent/pg_dump", [], { env: {} })),
      failsWith("TOOL_MISSING", /\/nonexistent\/pg_dump/),
    );
  });

  it("lets the caller explain a failure", async () => {
    const failure = ({ exitCode, stderr }: { exitCode?: number | undefined; stderr: string }) =>
      new HoldfastError({ code: "MINE", message: `${exitCode} ${stderr}`, hint: "none" });
    await assert.rejects(
      text(node("console.error('why'); process.exitCode = 9", { failure })),
      failsWith("MINE", /^9 why$/),
    );
  });

  it("ends the program when the run is cancelled, before or during it", async () => {
    const controller = new AbortController();
    const stream = node("console.log(process.pid); setInterval(() => {}, 1000)", {
      signal: controller.signal,
    });
    const iterator = stream[Symbol.asyncIterator]();
    const pid = Number(String((await iterator.next()).value));
    controller.abort();
    await assert.rejects(iterator.next(), failsWith("TOOL_STOPPED", /cancelled/));
    assert.ok(await isGone(pid));
    await assert.rejects(
      text(node("0", { signal: controller.signal })),
      failsWith("TOOL_STOPPED", /cancelled/),
    );
  });

  it("ends the program when nobody reads on", async () => {
    const stream = node("console.log(process.pid); setInterval(() => {}, 1000)");
    let pid = 0;
    for await (const chunk of stream) {
      pid = Number(String(chunk));
      break;
    }
    assert.ok(pid > 0 && (await isGone(pid)));
  });
});
