import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cacheDirectory } from "../sandbox/tools/cache-directory.ts";

/**
 * Runs mocha on this Node with the arguments given, and ends with `N passed, N failed` for whoever reads logs. Without
 * files named, all tests run, in two processes side by side: much of them is waiting for servers. The second one's
 * output is held back until the first has ended.
 */
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly code: number;
  /** What mocha said of the tests that failed; empty when none did. */
  readonly failures: string;
}

/** What mocha prints last; a test's own title cannot stand there. */
const summaryOf = (output: string): string => {
  const passing = output.lastIndexOf(" passing (");
  return output.slice(Math.max(0, output.lastIndexOf("\n", passing)));
};

function runMocha(argv: readonly string[], write: (bytes: Buffer) => void): Promise<Outcome> {
  const child = spawn(process.execPath, [mocha, ...argv], {
    stdio: ["inherit", "pipe", "inherit"],
    env: {
      // Halves the start of a process, of which the tests make many.
      NODE_COMPILE_CACHE: join(cacheDirectory(), "compiled"),
      ...process.env,
      ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}),
    },
  });
  let tail = "";
  child.stdout.on("data", (bytes: Buffer) => {
    write(bytes);
    tail = (tail + bytes.toString("utf8")).slice(-1_000_000);
  });
  return new Promise((done) => {
    child.on("close", (code) => {
      const summary = summaryOf(tail);
      const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
      const failed = count("failing");
      // A run that broke off before its summary has failed, whatever it counted.
      const broken = code !== 0 && failed === 0 ? 1 : 0;
      done({
        passed: count("passing"),
        failed: failed + broken,
        skipped: count("pending"),
        code: code ?? 1,
        failures: code === 0 ? "" : summary,
      });
    });
  });
}

/** Halves of about the same length. */
function halves(): [string[], string[]] {
  const files = globSync("tests/**/*.test.ts", { cwd: resolve(import.meta.dirname, "..") }).toSorted();
  const inFirst = (file: string) => /^tests[\\/](?:jobs|postgres|vault|plan)[\\/]/.test(file);
  return [files.filter(inFirst), files.filter((file) => !inFirst(file))];
}

async function runHalves(options: readonly string[]): Promise<Outcome[]> {
  const [first, second] = halves();
  const held: Buffer[] = [];
  let isHeld = true;
  const live = (bytes: Buffer): void => {
    process.stdout.write(bytes);
  };
  const other = runMocha([...options, ...second], (bytes) => (isHeld ? held.push(bytes) : live(bytes)));
  const one = await runMocha([...options, ...first], live);
  isHeld = false;
  live(Buffer.concat(held));
  return [one, await other];
}

const given = process.argv.slice(2);
const named = given.some((word) => word.endsWith(".test.ts"));
const outcomes = named
  ? [await runMocha(given, (bytes) => process.stdout.write(bytes))]
  : await runHalves(given);
// Said again at the end: the first half's failures stand thousands of lines further up.
if (!named) for (const { failures } of outcomes) process.stdout.write(failures);
const sum = (of: "passed" | "failed" | "skipped") =>
  outcomes.reduce((total, outcome) => total + outcome[of], 0);
const skipped = sum("skipped") === 0 ? "" : `, ${sum("skipped")} skipped`;
process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${skipped}\n`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
