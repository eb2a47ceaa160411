import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineProject, ROOT } from "./support/engine-project.ts";

const SUPPORT = join(import.meta.dirname, "support");

describe("the program of a Pulumi.yaml", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject();
  });
  afterEach(() => project.remove());
  const write = (name: string, text: string): void => writeFileSync(join(project.directory, name), text);

  it("runs in a process of its own, with its configuration and dynamic resources", async () => {
    write(
      "Pulumi.yaml",
      "name: world\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.ts\n",
    );
    write(
      "index.ts",
      `import * as pulumi from "@pulumi/pulumi";
       import { WorldThing } from "${SUPPORT}/world-thing.ts";
       const config = new pulumi.Config();
       const thing = new WorldThing("t", { x: config.requireObject<{ list: number[] }>("shape").list[1] });
       console.log("from the program");
       export const made = thing.made;
       export const hidden = config.requireSecret("token");
       export const stack = pulumi.getStack();`,
    );
    const stack = await project.localStack("dev");
    await stack.setConfig("token", { value: "t0ken", secret: true });
    await stack.setConfig("shape.list[0]", { value: "1" }, true);
    await stack.setConfig("shape.list[1]", { value: "2" }, true);
    const up = await stack.up();
    assert.match(up.stdout, /from the program/);
    assert.deepEqual(up.outputs, {
      made: { value: "made 2", secret: false },
      hidden: { value: "t0ken", secret: true },
      stack: { value: "dev", secret: false },
    });
    assert.deepEqual((await stack.preview()).changeSummary, { same: 2 });
  });

  it("fails with what the program says, and keeps what there is", async () => {
    write(
      "Pulumi.yaml",
      "name: world\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.ts\n",
    );
    const begin = `import { WorldThing } from "${SUPPORT}/world-thing.ts"; new WorldThing("t", { x: 1 });`;
    const stack = await project.localStack("dev");
    write("index.ts", `${begin} throw new Error("gave up");`);
    await assert.rejects(stack.up(), /gave up/);
    const made = project.world().things;
    write("index.ts", "const nothing = ;");
    await assert.rejects(stack.up(), /SyntaxError|Unexpected/);
    write("index.ts", "process.exit(3);");
    await assert.rejects(stack.up(), /exit code 3/);
    assert.deepEqual(project.world().things, made);
  });

  it("may be the program of this repository, unmodified", async () => {
    write(
      "Pulumi.yaml",
      readFileSync(join(ROOT, "Pulumi.yaml"), "utf8").replace("main: index.ts", `main: ${ROOT}/index.ts`),
    );
    // A store outside AWS, whose provider this engine was not given.
    const shipped = readFileSync(join(ROOT, "Pulumi.staging.yaml"), "utf8");
    const elsewhere = shipped.replace(
      "    vault:\n",
      "    vault:\n      endpoint: https://store.example.com\n",
    );
    assert.notEqual(elsewhere, shipped);
    write("Pulumi.staging.yaml", elsewhere);
    const stack = await project.localStack("staging");
    const { changeSummary, stdout } = await stack.preview();
    assert.ok((changeSummary.create ?? 0) >= 1);
    assert.match(stdout, /Resources:/);
    assert.match(readFileSync(join(project.directory, "Pulumi.staging.yaml"), "utf8"), /encryptionsalt: v1:/);
    assert.match(
      readFileSync(join(project.directory, "Pulumi.staging.yaml"), "utf8"),
      /^# The protection plan of staging/,
    );
  });
});
