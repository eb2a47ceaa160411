import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type RunScriptOptions, runScript } from "../support/run-script.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const url = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, path)).href);

describe("runCommand", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-command-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Runs a command whose `run` has this body; `options`, `context` and `HoldfastError` are in scope. */
  function command(body: string, args: readonly string[] = [], options: RunScriptOptions = {}) {
    const script = join(directory, "command.ts");
    writeFileSync(
      script,
      `import { runCommand } from ${url("scripts/lib/run-command.ts")};
import { HoldfastError } from ${url("plan/holdfast-error.ts")};
await runCommand({
  name: "try", summary: "Tries.", usage: "npm run try",
  options: {
    name: { type: "string", placeholder: "NAME", description: "a name", required: true },
    kind: { type: "string", description: "a kind", choices: ["one", "two"], default: "one" },
    count: { type: "integer", description: "a number", min: 1, max: 9, default: 3 },
    force: { type: "boolean", description: "a flag" },
  },
  examples: ["npm run try -- --name x"],
  async run(options, context) { ${body} },
});
`,
    );
    return runScript(script, args, options);
  }

  const NAMED = ["--name", "x"];

  it("hands over options with their defaults", async () => {
    const { code, stdout } = await command("return { text: JSON.stringify(options) };", NAMED);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), {
      name: "x",
      kind: "one",
      count: 3,
      force: false,
      json: false,
      help: false,
    });
    const all = await command("return { text: JSON.stringify(options) };", [
      "--name=-x",
      "--kind",
      "two",
      "--count",
      "9",
      "--force",
    ]);
    assert.deepEqual(JSON.parse(all.stdout), {
      name: "-x",
      kind: "two",
      count: 9,
      force: true,
      json: false,
      help: false,
    });
  });

  const usage: readonly (readonly [string, string[], RegExp])[] = [
    ["a missing option", [], /--name is missing\nfix: Add --name NAME: a name/],
    ["an option without its value", ["--name", "--force"], /--name needs a value\nfix: Write --name NAME/],
    ["an unknown option", [...NAMED, "--forse"], /There is no option --forse\nfix: Did you mean --force\?/],
    ["an option of one dash", [...NAMED, "-f"], /There is no option -f/],
    ["a name that every object has", [...NAMED, "--constructor"], /There is no option --constructor/],
    ["a flag with a value", [...NAMED, "--force=yes"], /--force takes no value/],
    ["an option twice", [...NAMED, "--name", "y"], /--name is given twice/],
    [
      "a value outside its choices",
      [...NAMED, "--kind", "tow"],
      /--kind is "tow"; it must be one of one, two\nfix: Did you mean two\?/,
    ],
    [
      "a number out of bounds",
      [...NAMED, "--count", "10"],
      /--count is "10"; it must be a whole number from 1 to 9/,
    ],
    ["a number that is none", [...NAMED, "--count", "1.5"], /--count is "1\.5"/],
    ["a negative number", [...NAMED, "--count", "-1"], /--count is "-1"/],
    ["a stray word", [...NAMED, "more"], /"more" is not expected here/],
  ];
  for (const [name, args, message] of usage) {
    it(`refuses ${name}`, async () => {
      const { code, stdout, stderr } = await command("return {};", args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.match(stderr, /^error USAGE: /);
    });
  }

  it("prints help even when an option is missing", async () => {
    const { code, stdout } = await command("throw new Error('not run');", ["--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Tries\.\n\nUsage: npm run try\n/);
    assert.match(stdout, /--name NAME +a name \(required\)/);
    assert.match(stdout, /--kind VALUE {2}a kind \(one of one, two; default one\)/);
    assert.match(stdout, /npm run try -- --name x/);
  });

  it("keeps standard output for one line of JSON", async () => {
    const body =
      "context.say('working'); context.progress({ step: 's', done: 1, total: 2 }); return { result: { a: 1 }, text: 'words' };";
    const json = await command(body, [...NAMED, "--json"]);
    assert.deepEqual([json.code, json.stdout, json.stderr], [0, '{"a":1}\n', "working\n"]);
    const words = await command(body, NAMED);
    assert.deepEqual([words.code, words.stdout, words.stderr], [0, "working\nwords\n", ""]);
  });

  it("ends with the exit code that the command returns", async () => {
    const { code, stdout } = await command("return { exitCode: 3, result: { verdict: 'FAIL' } };", [
      ...NAMED,
      "--json",
    ]);
    assert.deepEqual([code, stdout], [3, '{"verdict":"FAIL"}\n']);
  });

  it("returns an empty object for nothing", async () => {
    assert.deepEqual((await command("", [...NAMED, "--json"])).stdout, "{}\n");
  });

  it("words an error of ours with its fix and its exit code", async () => {
    const body =
      "throw new HoldfastError({ code: 'X_BROKEN', message: 'x is broken: password=hunter2', hint: 'Mend x.', exitCode: 3 });";
    const words = await command(body, NAMED);
    assert.deepEqual([words.code, words.stdout], [3, ""]);
    assert.equal(words.stderr, "error X_BROKEN: x is broken: password=***\nfix: Mend x.\n");
    const json = await command(body, [...NAMED, "--json"]);
    assert.equal(json.code, 3);
    assert.deepEqual(JSON.parse(json.stdout), {
      error: { code: "X_BROKEN", message: "x is broken: password=***", hint: "Mend x." },
    });
  });

  it("words a usage error as JSON as well", async () => {
    const { code, stdout } = await command("return {};", ["--json"]);
    assert.equal(code, 2);
    assert.equal(JSON.parse(stdout).error.code, "USAGE");
  });

  for (const [name, body] of [
    ["thrown", "throw new TypeError('no postgres://u:hunter2@h/d');"],
    [
      "thrown later, in a callback",
      "setTimeout(() => { throw new TypeError('no postgres://u:hunter2@h/d'); }, 1); await new Promise(() => { setTimeout(() => {}, 60_000); });",
    ],
    [
      "rejected and never awaited",
      "Promise.reject(new TypeError('no postgres://u:hunter2@h/d')); await new Promise(() => { setTimeout(() => {}, 60_000); });",
    ],
  ] as const) {
    it(`says how to get the stack of an unexpected error, ${name}`, async () => {
      const short = await command(body, NAMED);
      assert.equal(short.code, 1);
      assert.equal(
        short.stderr,
        "error UNEXPECTED: no postgres://u:***@h/d\nfix: Run the same command with HOLDFAST_DEBUG=1 to see where it comes from, and report it.\n",
      );
      const long = await command(body, NAMED, { env: { HOLDFAST_DEBUG: "1" } });
      assert.match(long.stderr, /TypeError: no postgres:\/\/u:\*\*\*@h\/d\n {4}at /);
      assert.ok(!long.stderr.includes("hunter2"));
    });
  }

  it("words an error without a message", async () => {
    const { stderr } = await command(
      "throw new AggregateError([new Error('first'), new Error('second')]);",
      NAMED,
    );
    assert.match(stderr, /^error UNEXPECTED: first; second\n/);
  });

  const WAIT = `
    const timer = setInterval(() => {}, 1000);
    context.say("ready");
    await new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(context.signal.reason)));
  `;

  for (const [name, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`passes ${name} on and ends, even when something is left open`, async () => {
      const { code, stderr } = await command(WAIT, NAMED, { signal: { name, after: "ready" } });
      assert.equal(code, expected);
      assert.match(
        stderr,
        new RegExp(`^error INTERRUPTED: Interrupted by ${name} before the work was done\nfix: Run the same`),
      );
    });
  }

  it("ends at the time limit that its task has, and says so", async () => {
    const env = { HOLDFAST_TIMEOUT_SECONDS: "1" };
    const { code, stderr } = await command(WAIT, NAMED, { env });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error TIMED_OUT: The job took longer than the 1 seconds that the plan gives it\nfix: /,
    );
    const wrong = await command("", NAMED, { env: { HOLDFAST_TIMEOUT_SECONDS: "soon" } });
    assert.deepEqual(
      [wrong.code, /HOLDFAST_TIMEOUT_SECONDS is no whole number/.test(wrong.stderr)],
      [2, true],
    );
    const inTime = await command("return { text: 'done' };", NAMED, {
      env: { HOLDFAST_TIMEOUT_SECONDS: "600" },
    });
    assert.deepEqual([inTime.code, inTime.stdout], [0, "done\n"]);
  });

  it("lets a command finish its own way when interrupted", async () => {
    const body = `
      context.say("ready");
      await new Promise((resolve) => { const t = setTimeout(() => {}, 30_000); context.signal.addEventListener("abort", () => { clearTimeout(t); resolve(); }); });
      return { result: { stopped: true } };`;
    const { code } = await command(body, NAMED, { signal: { name: "SIGTERM", after: "ready" } });
    assert.equal(code, 0);
  });
});
