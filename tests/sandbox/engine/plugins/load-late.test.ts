import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

const PROGRAM = `
  import { createRequire } from "node:module";
  import pulumi from "@pulumi/pulumi";
  const loaded = (name) =>
    Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes(\`/node_modules/\${name}/\`));
  const before = [loaded("typescript"), loaded("@npmcli/arborist")];
  const bound = 41;
  const { text } = await pulumi.runtime.serializeFunction(() => bound + 1);
  console.log(JSON.stringify({ before, after: loaded("typescript"), text }));
`;

describe("the engine's loading of the SDK", () => {
  const run = async (...preload: string[]) => {
    const argv = [...preload, "--input-type=module", "--eval", PROGRAM];
    return JSON.parse((await promisify(execFile)(process.execPath, argv, { cwd: ROOT })).stdout);
  };

  it("leaves the compiler out until a function is serialized, which comes out the same", async () => {
    const file = fileURLToPath(new URL("sandbox/engine/plugins/load-late.ts", `file://${ROOT}`));
    const [late, plain] = await Promise.all([run("--import", file), run()]);
    assert.deepEqual([late.before, late.after], [[false, false], true]);
    assert.deepEqual([plain.before, plain.after], [[true, true], true]);
    assert.match(late.text, /bound \+ 1/);
    assert.equal(late.text, plain.text);
  });
});
