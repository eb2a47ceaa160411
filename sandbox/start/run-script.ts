import { execFile } from "node:child_process";
import { resolve } from "node:path";
import type { StoryContext } from "./story-context.ts";

const SCRIPTS = resolve(import.meta.dirname, "../../scripts");
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;
const SHOWN_LINES = 20;

export interface ScriptOutcome {
  /** 0 done, 3 a finding. */
  readonly exitCode: 0 | 3;
  /** What `--json` says, to be read by what is wanted of it. */
  readonly result: unknown;
}

/**
 * Runs a command of the product as a person at this machine does, with the variables of the sandbox.
 * @param name of the script, e.g. `audit`
 * @throws Error with the command's last words when it neither did its work nor has a finding
 */
export function runScript(
  { sandbox, signal }: Pick<StoryContext, "sandbox" | "signal">,
  name: string,
  options: readonly string[],
): Promise<ScriptOutcome> {
  const argv = [resolve(SCRIPTS, `${name}.ts`), "--plan", sandbox.planFile, ...options, "--json"];
  const env = { ...process.env, ...sandbox.environment };
  return new Promise((done, fail) => {
    const child = execFile(
      process.execPath,
      argv,
      { env, signal, maxBuffer: LONGEST_ANSWER_BYTES },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : child.exitCode;
        if (exitCode === 0 || exitCode === 3) return done({ exitCode, result: JSON.parse(stdout) });
        const words = `${stderr}${stdout}`.trim().split("\n").slice(-SHOWN_LINES).join("\n");
        fail(new Error(`${name} ended with ${exitCode ?? "a signal"}:\n${words}`));
      },
    );
  });
}
