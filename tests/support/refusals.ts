import assert from "node:assert/strict";
import { runScript, type ScriptName, type ScriptRun } from "./run-script.ts";

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Nothing in a program's output may look like the inside of a program. */
function assertReadable({ stdout, stderr }: ScriptRun, secrets: readonly string[]): void {
  for (const output of [stdout, stderr]) {
    assert.doesNotMatch(output, /^\s+at .*[:(]/m, "no stack trace");
    assert.doesNotMatch(output, /node:internal|UnhandledPromise|\[object Object\]|undefined/);
    for (const secret of secrets) assert.ok(!output.includes(secret), output);
  }
}

/**
 * Runs a command that must refuse: as a person sees it or as a program does, with a code, a message and a fix, and
 * without a stack trace or a secret.
 */
export async function assertRefused(
  name: ScriptName,
  args: readonly string[],
  expected: {
    readonly code: string;
    readonly exitCode: 1 | 2 | 3;
    readonly variables?: NodeJS.ProcessEnv;
    readonly secrets?: readonly string[];
    /** As a person sees it instead of as JSON. @default false */
    readonly words?: boolean;
  },
): Promise<Refusal> {
  const run = await runScript(name, expected.words ? args : [...args, "--json"], expected.variables);
  assert.equal(run.exitCode, expected.exitCode, run.stdout + run.stderr);
  assertReadable(run, expected.secrets ?? []);
  const refusal = expected.words ? fromWords(run) : fromJson(run);
  assert.equal(refusal.code, expected.code, refusal.message);
  assert.ok(refusal.message.length > 10 && refusal.hint.length > 10, JSON.stringify(refusal));
  return refusal;
}

function fromWords({ stderr }: ScriptRun): Refusal {
  const found = /^error ([A-Z_]+): ([\s\S]*)\nfix: ([\s\S]*)\n$/m.exec(stderr);
  assert.ok(found, stderr);
  const [, code = "", message = "", hint = ""] = found;
  return { code, message, hint };
}

function fromJson({ stdout }: ScriptRun): Refusal {
  assert.match(stdout, /^[^\n]*\n$/, "one line");
  const { error } = JSON.parse(stdout) as { error: Refusal };
  assert.deepEqual(
    Object.keys(error).filter((key) => key !== "details"),
    ["code", "message", "hint"],
  );
  return error;
}
