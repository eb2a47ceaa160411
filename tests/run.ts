import { spawn } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cacheDirectory } from "../sandbox/tools/cache-directory.ts";

/**
 * Runs mocha on this Node with the arguments given, and ends with `N passed, N failed` for whoever reads logs. Without
 * files or folders named, all tests run, in three processes side by side: much of them is waiting for servers.
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

/** Parts of about the same length, by folder; what none names is the last one's. */
const PARTS = [
  /^tests[\\/]jobs[\\/](?!backup[\\/])/,
  /^tests[\\/](?:audit|components|docs|image|jobs|plan|policies|postgres|scripts|supabase|vault)[\\/]/,
];

function parts(): string[][] {
  const files = globSync("tests/**/*.test.ts", { cwd: resolve(import.meta.dirname, "..") }).toSorted();
  const partOf = (file: string) => PARTS.findIndex((part) => part.test(file));
  return [...PARTS.keys(), -1].map((part) => files.filter((file) => partOf(file) === part));
}

/** The first part is told while it runs, each other one when all before it have ended. */
async function runParts(options: readonly string[]): Promise<Outcome[]> {
  let turn = 0;
  const running = parts().map((files, index) => {
    const held: Buffer[] = [];
    const outcome = runMocha([...options, ...files], (bytes) => {
      if (index > turn) held.push(bytes);
      else process.stdout.write(Buffer.concat([...held.splice(0), bytes]));
    });
    return { outcome, held };
  });
  const outcomes: Outcome[] = [];
  for (const [index, { outcome, held }] of running.entries()) {
    turn = index;
    process.stdout.write(Buffer.concat(held.splice(0)));
    outcomes.push(await outcome);
  }
  return outcomes;
}

/** A folder stands for the tests below it. */
const testsOf = (word: string): string[] =>
  statSync(word, { throwIfNoEntry: false })?.isDirectory()
    ? globSync(join(word, "**/*.test.ts")).toSorted()
    : [word];

const given = process.argv.slice(2).flatMap(testsOf);
const named = given.some((word) => word.endsWith(".test.ts"));
const outcomes = named
  ? [await runMocha(given, (bytes) => process.stdout.write(bytes))]
  : await runParts(given);
// Said again at the end: those of the first parts stand thousands of lines further up.
if (!named) for (const { failures } of outcomes) process.stdout.write(failures);
const sum = (of: "passed" | "failed" | "skipped") =>
  outcomes.reduce((total, outcome) => total + outcome[of], 0);
const skipped = sum("skipped") === 0 ? "" : `, ${sum("skipped")} skipped`;
process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${skipped}\n`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
