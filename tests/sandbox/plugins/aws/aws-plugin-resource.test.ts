import assert from "node:assert/strict";
import { z } from "zod";
import { UNKNOWN } from "../../../../sandbox/engine/protocol/property-value.ts";
import { awsResource } from "../../../../sandbox/plugins/aws/aws-resource.ts";
import type { Located } from "../../../../sandbox/plugins/aws/aws-resource-definition.ts";
import { AwsSession } from "../../../../sandbox/plugins/aws/aws-session.ts";
import { parseSettings } from "../../../../sandbox/plugins/aws/aws-settings.ts";
import { asSet } from "../../../../sandbox/plugins/aws/canonical.ts";
import { type DiffOutcome, InitFailed } from "../../../../sandbox/plugins/plugin-provider.ts";

const settings = { region: "eu-west-2", defaultTags: { tags: { stage: "test" } } };
const session = new AwsSession(parseSettings(settings));
const call = {
  urn: "urn:pulumi:dev::world::aws:x/thing:Thing::mine",
  type: "aws:x/thing:Thing",
  name: "mine",
  secrets: [],
};

/** A thing whose API is this map. */
const api = new Map<string, Record<string, unknown>>();
let seen: Located<object> | undefined;
const thing = awsResource({
  type: "aws:x/thing:Thing",
  inputs: {
    name: z.string().optional(),
    size: z.number().int().min(1).default(5),
    kind: z.enum(["a", "b"]).optional(),
    chosen: z.string().optional(),
    kept: z.boolean().default(false),
    hosts: z.array(z.string()).optional(),
    rule: z
      .strictObject({ days: z.number(), deep: z.strictObject({ on: z.boolean() }).optional() })
      .optional(),
  },
  replaces: ["name", "kind"],
  computed: ["chosen"],
  unread: ["kept"],
  canonical: { hosts: asSet },
  unique: ["name"],
  autoName: { longest: 20 },
  tagged: true,
  absent: ["NoSuchThing"],
  async create({ inputs, tags, exists }) {
    const { name = "", hosts = [], ...rest } = inputs;
    api.set(name, { ...rest, hosts: [...hosts].sort(), chosen: inputs.chosen ?? "by AWS", tagsAll: tags });
    exists(name);
    if (inputs.size === 13) throw new Error("out of luck");
    return name;
  },
  async read(where) {
    seen = where;
    const found = api.get(where.id);
    if (!found) throw Object.assign(new Error("none"), { name: "NoSuchThing" });
    const { kept: _, ...rest } = found;
    return { ...rest, name: where.id, arn: `arn:${where.id}` };
  },
  async delete({ id }) {
    if (!api.delete(id)) throw Object.assign(new Error("none"), { name: "NoSuchThing" });
  },
}).of(() => session);

describe("a type of resource, by its definition", () => {
  const check = (news: object, olds: object = {}) =>
    thing.check({ ...call, olds: { ...olds }, news: { ...news } }) as {
      inputs: Record<string, unknown>;
      failures?: { property: string; reason: string }[];
    };
  const diff = (outputs: object, news: object, inputs: object = outputs) =>
    thing.diff({
      ...call,
      id: "x",
      inputs: { ...inputs },
      outputs: { tagsAll: { stage: "test" }, ...outputs },
      news: { ...news },
    });

  it("fills defaults and a name in, and keeps the name", () => {
    const { inputs } = check({});
    assert.match(String(inputs.name), /^mine-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, { name: inputs.name, size: 5, kept: false, __defaults: ["name"] });
    assert.equal(check({ size: 6 }, inputs).inputs.name, inputs.name);
    assert.notEqual(check({}).inputs.name, inputs.name);
    assert.deepEqual(check({ name: "given" }, inputs).inputs, { name: "given", size: 5, kept: false });
    const long = thing.check({ ...call, name: "a".repeat(50), olds: {}, news: {} }) as {
      inputs: { name: string };
    };
    assert.match(long.inputs.name, /^a{12}-[0-9a-f]{7}$/);
  });

  it("names everything that is wrong, at any depth", () => {
    const wrong = { size: 0, kind: "c", colour: "red", tags: { a: 1 }, rule: { deep: { on: true, off: 1 } } };
    const { failures = [] } = check(wrong);
    assert.deepEqual(failures.map(({ property }) => property).sort(), [
      ...["colour", "kind", "rule.days", "rule.deep.off", "size", "tags.a"],
    ]);
    assert.equal(failures.find(({ property }) => property === "rule.days")?.reason, "is missing");
    assert.match(
      failures.find(({ property }) => property === "colour")?.reason ?? "",
      /^aws:x\/thing:Thing has no such property that is supported here$/,
    );
  });

  it("passes what is not known yet, with the rest checked", () => {
    const { inputs, failures } = check({ name: "n", size: UNKNOWN, rule: { days: UNKNOWN } });
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, { name: "n", size: UNKNOWN, rule: { days: UNKNOWN }, kept: false });
    assert.deepEqual(
      check({ size: UNKNOWN, colour: "red" }).failures?.map(({ property }) => property),
      ["colour"],
    );
  });

  it("compares with what was read", () => {
    const has = { name: "n", size: 5, hosts: ["a", "b"], chosen: "by AWS" };
    assert.deepEqual(diff(has, { name: "n", size: 5, hosts: ["b", "a"] }), {
      changed: [],
      replaces: [],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(diff(has, { name: "n", size: 6, hosts: ["b"], chosen: "mine" }), {
      changed: ["size", "chosen", "hosts"],
      replaces: [],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(diff(has, { ...has, size: UNKNOWN }), {
      changed: ["size"],
      replaces: [],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(diff(has, { ...has, region: "eu-west-1" }, has), {
      changed: ["region"],
      replaces: ["region"],
      deleteBeforeReplace: true,
    });
  });

  it("deletes first where a replacement keeps a name that was given", () => {
    const has = { name: "n", kind: "a" };
    const replaced = (news: object) => diff(has, news) as DiffOutcome;
    assert.equal(replaced({ name: "n", kind: "b" }).deleteBeforeReplace, true);
    assert.equal(replaced({ name: "n", kind: "b", __defaults: ["name"] }).deleteBeforeReplace, false);
    assert.deepEqual(replaced({ name: "m", kind: "b" }), {
      changed: ["name", "kind"],
      replaces: ["name", "kind"],
      deleteBeforeReplace: false,
    });
  });

  it("tells its own tags from those of the provider, and from those of AWS", async () => {
    const inputs = { name: "tagged", size: 5, tags: { team: "data", empty: "" } };
    const made = await thing.create({ ...call, inputs, timeoutSeconds: 0 });
    assert.deepEqual(made.outputs.tagsAll, { stage: "test", team: "data", empty: "" });
    assert.deepEqual(made.outputs.tags, { team: "data", empty: "" });
    assert.deepEqual(diff(made.outputs, inputs), { changed: [], replaces: [], deleteBeforeReplace: false });
    const found = api.get("tagged");
    api.set("tagged", { ...found, tagsAll: { stage: "test", team: "data", "aws:owner": "x", more: "1" } });
    const read = await thing.read({ ...call, ...made, inputs });
    assert.deepEqual(read?.inputs.tags, { team: "data", more: "1" });
    assert.deepEqual(read?.outputs.tagsAll, { stage: "test", team: "data", more: "1" });
    const drifted = await thing.diff({
      ...call,
      id: "tagged",
      inputs: {},
      outputs: read?.outputs ?? {},
      news: inputs,
    });
    assert.deepEqual(drifted.changed, ["tags"]);
  });

  it("reads in the words of the program what means the same, and an import as a program would say it", async () => {
    const inputs = { name: "words", size: 5, hosts: ["b", "a"], kept: true };
    const { outputs } = await thing.create({ ...call, inputs, timeoutSeconds: 0 });
    assert.deepEqual(outputs, {
      ...{ ...inputs, chosen: "by AWS", arn: "arn:words", region: "eu-west-2" },
      ...{ tags: {}, tagsAll: { stage: "test" } },
    });
    assert.deepEqual((await thing.read({ ...call, id: "words", inputs, outputs }))?.inputs, inputs);
    const imported = await thing.read({ ...call, id: "words@eu-west-1", inputs: {}, outputs: {} });
    assert.deepEqual(imported?.inputs, { name: "words", size: 5, hosts: ["a", "b"], region: "eu-west-1" });
    assert.equal(imported?.id, "words");
    assert.equal(seen?.aws.region, "eu-west-1");
  });

  it("keeps what was half made, and takes what is not there for gone", async () => {
    const inputs = { name: "half", size: 13 };
    await assert.rejects(thing.create({ ...call, inputs, timeoutSeconds: 0 }), (error) => {
      assert.ok(error instanceof InitFailed);
      assert.deepEqual(
        [error.state.id, error.state.outputs.size, error.reasons],
        ["half", 13, ["out of luck"]],
      );
      return true;
    });
    const state = { ...call, id: "half", inputs, outputs: {} };
    await thing.delete({ ...state, timeoutSeconds: 0 });
    await thing.delete({ ...state, timeoutSeconds: 0 });
    assert.equal(await thing.read(state), undefined);
  });
});
