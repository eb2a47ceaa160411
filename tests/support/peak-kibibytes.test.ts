import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const HELD_BYTES = 400 * 1024 * 1024;
const CHILD = `
  const held = Buffer.alloc(Number(process.env.CHILD_BYTES), 1);
  const { peakKibibytes } = await import(process.env.MODULE);
  console.log(peakKibibytes(), held.length);`;
const PARENT = `
  import { execFileSync } from "node:child_process";
  const held = Buffer.alloc(Number(process.env.PARENT_BYTES), 1);
  const args = ["--input-type=module", "-e", process.env.CHILD];
  console.log(execFileSync(process.execPath, args, { encoding: "utf8" }), held.length);`;

/** The peak that a program tells of itself, bytes, while it and the one that started it hold so much. */
function peakOf(bytes: { readonly child: number; readonly parent: number }): number {
  const env = {
    ...process.env,
    CHILD,
    MODULE: join(import.meta.dirname, "peak-kibibytes.ts"),
    CHILD_BYTES: String(bytes.child),
    PARENT_BYTES: String(bytes.parent),
  };
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", PARENT], {
    env,
    encoding: "utf8",
  });
  return Number.parseInt(output, 10) * 1024;
}

describe("peakKibibytes", () => {
  it("counts what the process itself held, and nothing of the one that started it", () => {
    assert.ok(peakOf({ child: HELD_BYTES, parent: 0 }) > HELD_BYTES);
    assert.ok(peakOf({ child: 0, parent: HELD_BYTES }) < HELD_BYTES);
  });
});
