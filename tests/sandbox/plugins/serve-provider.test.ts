import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { EngineProject } from "../engine/support/engine-project.ts";

class Thing extends pulumi.CustomResource {
  declare readonly answer: pulumi.Output<string>;
  declare readonly old: pulumi.Output<string>;

  constructor(
    name: string,
    args: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
    type = "moody:index:Thing",
  ) {
    super(type, name, { answer: undefined, old: undefined, ...args }, options);
  }
}

class Moody extends pulumi.ProviderResource {}

describe("a provider that is served with its settings", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject({
      plugins: { moody: join(import.meta.dirname, "support/moody-provider.ts") },
    });
  });
  afterEach(() => project.remove());

  const stackOf = (args: pulumi.Inputs, prefix = "p", type?: string) =>
    project.stack(async () => {
      const provider = new Moody("moody", "moody", { prefix });
      const thing = new Thing("thing", args, { provider }, type);
      const asked = await pulumi.runtime.invoke("moody:index:prefix", { text: "!" }, { provider });
      return { id: thing.id, answer: thing.answer, old: thing.old, asked: asked.text };
    });

  it("gets settings, old inputs and previews, and keeps secret what was", async () => {
    const stack = await stackOf({ word: pulumi.secret("hidden") });
    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 3 });
    const { id, answer, asked } = up.outputs;
    assert.deepEqual([id?.value, asked?.value], ["p-1", "p!"]);
    assert.deepEqual(answer, { value: "p hidden", secret: true });
    assert.ok(!project.stateText.includes("hidden"));
    const changed = await stackOf({ word: "open" });
    assert.deepEqual((await changed.preview()).changeSummary, { same: 2, update: 1 });
    const { outputs } = await changed.up();
    assert.deepEqual(outputs.answer, { value: "p open", secret: false });
    assert.equal(outputs.old?.value, "hidden");
    const other = await stackOf({ word: "open" }, "q");
    assert.deepEqual((await other.up()).summary.resourceChanges, { replace: 2, same: 1 });
  });

  it("keeps a resource that exists and is not ready, and says so without secrets", async () => {
    const word = pulumi.secret("hidden word");
    const failing = await stackOf({ word, unready: true });
    await assert.rejects(failing.up(), (error: Error) => {
      assert.match(error.message, /\*\*\* is not ready/);
      return !error.message.includes("hidden word");
    });
    assert.match(project.stateText, /"id": ?"p-1"/);
    assert.ok(!project.stateText.includes("hidden word"));
    assert.deepEqual((await (await stackOf({ word })).up()).summary.resourceChanges, { same: 2, update: 1 });
  });

  it("fails, and refuses what it does not have, in words without secrets", async () => {
    const failing = await stackOf({ fail: true, word: pulumi.secret("hidden word") });
    await assert.rejects(failing.up(), (error: Error) => {
      assert.match(error.message, /cannot do .*"word":"\*\*\*"/);
      return !error.message.includes("hidden word");
    });
    const other = await stackOf({}, "p", "moody:index:Other");
    await assert.rejects(other.up(), /resources of the type moody:index:Other are not supported here/);
    const asking = await project.stack(async () => {
      await pulumi.runtime.invoke(
        "moody:index:none",
        {},
        { provider: new Moody("moody", "moody", { prefix: "p" }) },
      );
    });
    await assert.rejects(asking.up(), /the function moody:index:none is not supported here/);
  });
});
