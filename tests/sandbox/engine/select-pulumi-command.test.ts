import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { selectPulumiCommand } from "../../../sandbox/engine/select-pulumi-command.ts";
import { testDirectory } from "../../support/run-directory.ts";

const BIN = resolve(import.meta.dirname, "../../../sandbox/bin");

describe("what stacks are run with", () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  it("is the sandbox's engine where there is no pulumi", async () => {
    process.env.PATH = await testDirectory("no-pulumi");
    const { isReal, command } = await selectPulumiCommand();
    assert.equal(isReal, false);
    assert.equal(String(command.version), "3.260.0");
  });

  it("is the sandbox's engine where PATH knows it as pulumi, and the Automation API takes it as one", async () => {
    process.env.PATH = [BIN, dirname(process.execPath), path].join(delimiter);
    assert.equal((await selectPulumiCommand()).isReal, false);
    const { version } = await PulumiCommand.get();
    assert.match(String(version), /^3\.260\.0/);
  });

  it("is the real command line where there is one, and that must be new enough", async () => {
    const directory = await testDirectory("pulumi");
    const fake = join(directory, "pulumi");
    process.env.PATH = `${directory}${delimiter}${path}`;
    const versions = async (version: string) => {
      writeFileSync(fake, `#!/bin/sh\necho ${version}\n`);
      chmodSync(fake, 0o755);
      return selectPulumiCommand();
    };
    const { isReal, command } = await versions("v3.300.1");
    assert.deepEqual([isReal, String(command.version)], [true, "3.300.1"]);
    await assert.rejects(versions("v2.0.0"), /Minimum version requirement failed/);
  });
});
