import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { EngineProject } from "../support/engine-project.ts";

describe("the configuration of a stack", () => {
  let project: EngineProject;
  before(() => {
    project = new EngineProject();
  });
  after(() => project.remove());
  const file = (): string => join(project.directory, "Pulumi.dev.yaml");

  it("is set, read and removed, whole or by paths, and comments survive", async () => {
    const stack = await project.stack(async () => undefined);
    writeFileSync(file(), `# keep me\n${readFileSync(file(), "utf8")}`);
    await stack.setConfig("plain", { value: "a: b" });
    await stack.setConfig("other:key", { value: "s3cret", secret: true });
    await stack.setAllConfig({ one: { value: "1" }, "aws:region": { value: "eu-central-1" } });
    await stack.setConfig("shape.list[0].name", { value: "x" }, true);
    await stack.setConfig("shape.list[0].count", { value: "3" }, true);
    await stack.setConfig("shape.token", { value: "t0ken", secret: true }, true);
    assert.deepEqual(await stack.getAllConfig(), {
      "world:plain": { value: "a: b", secret: false },
      "other:key": { value: "s3cret", secret: true },
      "world:one": { value: "1", secret: false },
      "aws:region": { value: "eu-central-1", secret: false },
      "world:shape": {
        value: '{"list":[{"name":"x","count":3}],"token":"t0ken"}',
        secret: true,
        objectValue: { list: [{ name: "x", count: 3 }], token: "t0ken" },
      },
    });
    assert.deepEqual(await stack.getConfig("shape.list[0].count", true), { value: "3", secret: false });
    assert.deepEqual(await stack.getConfig("shape.token", true), { value: "t0ken", secret: true });
    await stack.removeConfig("shape.list[0].name", true);
    await stack.removeAllConfig(["plain", "one"]);
    assert.deepEqual(Object.keys(await stack.getAllConfig()), ["other:key", "aws:region", "world:shape"]);
    await assert.rejects(stack.getConfig("plain"), /configuration key 'plain' not found for stack 'dev'/);
    const text = readFileSync(file(), "utf8");
    assert.match(text, /^# keep me/);
    assert.doesNotMatch(text, /s3cret|t0ken/);
  });

  it("reaches the program, secrets as such", async () => {
    let seen: unknown;
    const stack = await project.stack(async () => {
      const config = new pulumi.Config();
      seen = config.requireObject("shape");
      return {
        token: config.requireSecretObject("shape"),
        key: new pulumi.Config("other").requireSecret("key"),
      };
    });
    const { outputs } = await stack.up();
    assert.deepEqual(seen, { list: [{ count: 3 }], token: "t0ken" });
    assert.deepEqual(outputs.key, { value: "s3cret", secret: true });
    assert.equal(outputs.token?.secret, true);
  });

  it("is hidden in what the program says", async () => {
    const events: unknown[] = [];
    const stack = await project.stack(async () => {
      await pulumi.log.warn("the key is s3cret, and the token t0ken");
    });
    const { stdout, stderr } = await stack.up({ onEvent: (event) => events.push(event) });
    assert.match(stderr, /the key is \[secret\], and the token \[secret\]/);
    assert.doesNotMatch(stdout + stderr + JSON.stringify(events), /s3cret|t0ken/);
  });

  it("is refused where it cannot be read or opened, naming the file or the key", async () => {
    const stack = await project.stack(async () => undefined);
    const good = readFileSync(file(), "utf8");
    writeFileSync(file(), good.replace(/secure: v1:[^\n]+/, "secure: v1:AAAA:AAAAAAAAAAAAAAAAAAAAAAAA"));
    await assert.rejects(stack.up(), /the secret setting .*:.* cannot be opened/);
    writeFileSync(file(), "config: [");
    await assert.rejects(stack.up(), /Pulumi\.dev\.yaml is no YAML/);
    writeFileSync(file(), `secretsprovider: awskms://x\n${good}`);
    await assert.rejects(stack.up(), /the secrets provider awskms:\/\/x .* is not supported/);
    writeFileSync(file(), good);
  });
});
