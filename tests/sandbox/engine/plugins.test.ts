import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { EngineProject } from "./support/engine-project.ts";

class Echo extends pulumi.CustomResource {
  declare readonly said: pulumi.Output<string>;

  constructor(
    name: string,
    args: { text: pulumi.Input<string>; kind?: string },
    options?: pulumi.CustomResourceOptions,
  ) {
    super("echo:index:Thing", name, { said: undefined, kind: undefined, ...args }, options);
  }
}

class EchoProvider extends pulumi.ProviderResource {}

describe("a plug-in that serves the SDK's Provider", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject({ plugins: { echo: join(import.meta.dirname, "support/echo-provider.ts") } });
  });
  afterEach(() => project.remove());
  const program =
    (text: string, kind = "a", given = "one") =>
    async () => {
      const provider = new EchoProvider("echo", "mine", { given });
      const mine = new Echo("mine", { text, kind }, { provider });
      const other = new Echo("other", { text: mine.said }, { version: "1.2.3" });
      const asked = await pulumi.runtime.invoke("echo:index:say", { text }, { provider });
      return { said: other.said, asked: asked.text };
    };

  it("manages resources of its own and of default providers, and answers calls", async () => {
    const stack = await project.stack(program("hello"));
    await stack.setConfig("echo:loud", { value: "true" });
    assert.deepEqual((await stack.preview()).changeSummary, { create: 4 });
    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 4 });
    assert.deepEqual(up.outputs, {
      said: { value: "hello!!", secret: false },
      asked: { value: "hello", secret: false },
    });
    const { resources } = (await stack.exportStack()).deployment as {
      resources: { urn: string; id?: string; provider?: string; inputs?: object }[];
    };
    const find = (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`));
    assert.deepEqual(find("default_1_2_3")?.inputs, { loud: "true", version: "1.2.3" });
    assert.match(find("other")?.provider ?? "", /::pulumi:providers:echo::default_1_2_3::[0-9a-f-]{36}$/);
    stack.workspace.program = program("hello", "b", "two");
    assert.deepEqual((await stack.up()).summary.resourceChanges, { replace: 1, same: 2, update: 1 });
    await stack.destroy();
    assert.deepEqual((await stack.exportStack()).deployment.resources, undefined);
  });

  it("starts what the configuration speaks of at once, and needs it only where it is asked", async () => {
    const broken = new EngineProject({ plugins: { echo: join(import.meta.dirname, "no-such-provider.ts") } });
    try {
      const unasked = await broken.stack(async () => ({ fine: true }));
      await unasked.setConfig("echo:loud", { value: "true" });
      assert.equal((await unasked.up()).outputs.fine?.value, true);
      const asked = await broken.stack(program("hello"));
      await assert.rejects(asked.up(), /no-such-provider/);
    } finally {
      broken.remove();
    }
  });

  it("refuses inputs, and fails calls, in its own words", async () => {
    const stack = await project.stack(program(""));
    await assert.rejects(stack.up(), /text: is empty/);
    const failing = await project.stack(async () => {
      await pulumi.runtime.invoke("echo:index:say", { fail: true });
    });
    await assert.rejects(failing.up(), /fail was asked for/);
  });
});
