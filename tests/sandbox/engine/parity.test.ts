import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./support/engine-project.ts";

const REFERENCE = join(ROOT, "../shared/reference/engine");
type Scenarios = Readonly<Record<string, readonly object[]>>;

describe("the engine beside what the real command line did with the same programs", function () {
  this.timeout(600_000);
  let directory: string | undefined;
  after(() => {
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  it("does the same, step by step, in every scenario recorded", async function () {
    if (!existsSync(REFERENCE)) return this.skip();
    const parent = join(ROOT, ".holdfast/tests");
    mkdirSync(parent, { recursive: true });
    directory = mkdtempSync(join(parent, "parity-"));
    for (const name of ["scenarios.ts", "drive.ts"])
      copyFileSync(join(REFERENCE, name), join(directory, name));
    const command = join(directory, "command.ts");
    writeFileSync(
      command,
      `import { pulumiCommand } from ${JSON.stringify(join(ROOT, "sandbox/engine/pulumi-command.ts"))};\nexport default pulumiCommand();\n`,
    );
    await promisify(execFile)(process.execPath, ["drive.ts", "out.json"], {
      cwd: directory,
      env: { ...process.env, PARITY_COMMAND: command },
      maxBuffer: 64 << 20,
    });
    const read = (file: string): Scenarios => JSON.parse(readFileSync(file, "utf8"));
    const golden = read(join(REFERENCE, "golden.json"));
    const ours = read(join(directory, "out.json"));
    assert.deepEqual(Object.keys(ours), Object.keys(golden));
    for (const [name, steps] of Object.entries(golden)) assert.deepEqual(ours[name], steps, name);
  });
});
