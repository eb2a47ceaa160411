import { spawn } from "node:child_process";
import { createRequire } from "node:module";

/** Runs mocha on this Node with the arguments given (all tests unless files are named), and ends with `N passed, N failed` for whoever reads logs. */
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const given = process.argv.slice(2);
const chosen = given.some((word) => word.endsWith(".test.ts")) ? [] : ["tests/**/*.test.ts"];
const child = spawn(process.execPath, [mocha, ...given, ...chosen], {
  stdio: ["inherit", "pipe", "inherit"],
  env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
});
let tail = "";
child.stdout.on("data", (bytes: Buffer) => {
  process.stdout.write(bytes);
  tail = (tail + bytes.toString("utf8")).slice(-1_000_000);
});
child.on("close", (code, signal) => {
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary())?.[1] ?? 0);
  const failed = count("failing");
  const pending = count("pending");
  // A run that broke off before its summary has failed, whatever it counted.
  const broken = code !== 0 && failed === 0 ? 1 : 0;
  const skipped = pending === 0 ? "" : `, ${pending} skipped`;
  process.stdout.write(`${count("passing")} passed, ${failed + broken} failed${skipped}\n`);
  process.exitCode = signal === null ? (code ?? 1) : 1;
});

/** What mocha prints last; a test's own title cannot stand there. */
function summary(): string {
  return tail.slice(Math.max(0, tail.lastIndexOf(" passing (") - 40));
}
