import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineProject } from "./support/engine-project.ts";
import { WorldThing } from "./support/world-thing.ts";

const PACK = join(import.meta.dirname, "support/policy-pack");

describe("policy packs", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject();
  });
  afterEach(() => project.remove());
  const things =
    (...texts: string[]) =>
    async () => {
      let before: WorldThing[] = [];
      // One after the other, so that what came before a violation is there for sure.
      for (const [at, x] of texts.entries())
        before = [new WorldThing(`t${at}`, { x }, { dependsOn: before }), ...before];
    };
  const told = (events: readonly EngineEvent[]) =>
    events.flatMap(({ policyEvent }) =>
      policyEvent
        ? [
            `${policyEvent.enforcementLevel} ${policyEvent.policyName} ${policyEvent.resourceUrn?.split("::").at(-1)}`,
          ]
        : [],
    );
  const run = async (verb: "up" | "preview", ...texts: string[]) => {
    const events: EngineEvent[] = [];
    const stack = await project.stack(things(...texts));
    const options = { policyPacks: [PACK], onEvent: (event: EngineEvent) => events.push(event) };
    let failure = "";
    try {
      if (verb === "up") await stack.up(options);
      else await stack.preview(options);
    } catch (error) {
      failure = (error as Error).message;
    }
    return { failure, told: told(events), made: Object.values(project.world().things) };
  };

  it("that are kept change nothing; an advisory one is told", async () => {
    assert.deepEqual(await run("preview", "good"), { failure: "", told: [], made: [] });
    assert.deepEqual(await run("up", "good", "doubtful"), {
      failure: "",
      told: ["warning no-doubt t1"],
      made: ["good", "doubtful"],
    });
  });

  it("a preview fails with every violation in it", async () => {
    const { failure, told: violations, made } = await run("preview", "evil", "good", "evil");
    assert.match(failure, /\[mandatory\] things@v1\.2\.3 no-evil: Things are not evil\.\s+this is evil/);
    assert.deepEqual(violations, ["mandatory no-evil t0", "mandatory no-evil t2"]);
    assert.deepEqual(made, []);
  });

  it("an update stops before the resource that violates one", async () => {
    const { failure, made } = await run("up", "good", "evil", "good");
    assert.match(failure, /this is evil/);
    assert.deepEqual(made, ["good"]);
    assert.deepEqual((await run("up", "good", "good")).failure, "");
  });

  it("one over the whole stack is asked last, with the outputs", async () => {
    const { failure, told: violations } = await run("preview", "one of many", "one of many");
    assert.match(failure, /few: .*\s+there are 2/);
    assert.deepEqual(violations, ["mandatory few t0"]);
    assert.equal((await run("up", "one of many")).failure, "");
  });

  it("a folder that is no pack is refused, and nothing is changed", async () => {
    const stack = await project.stack(things("good"));
    await assert.rejects(stack.up({ policyPacks: [project.directory] }), /is no policy pack: .*PulumiPolicy/);
    const python = join(project.directory, "python");
    mkdirSync(python);
    writeFileSync(join(python, "PulumiPolicy.yaml"), "runtime: python\n");
    await assert.rejects(stack.up({ policyPacks: [python] }), /policy runtime "python" is not supported/);
    assert.deepEqual(project.world().things, {});
  });
});
