import { readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

/** What the things of a test's cloud are, in one file that the provider's process shares. */
export interface World {
  sequence: number;
  things: Record<string, unknown>;
  /** What the provider was asked to change, in order. */
  calls: string[];
  /** The settings that the provider saw at its configuration. */
  token?: string;
  /** Kills the process of this pid at a call, before or after its work. */
  kill?: { readonly pid: number; readonly call: string; readonly when: "before" | "after" };
}

export function readWorld(file: string): World {
  return JSON.parse(readFileSync(file, "utf8")) as World;
}

export function writeWorld(file: string, world: Partial<World> = {}): void {
  writeFileSync(file, JSON.stringify({ sequence: 0, things: {}, calls: [], ...world }));
}

type Values = Record<string, unknown>;

/** Changes the world as a provider would: all of it must be serializable, as its process gets it as text. */
const provider: pulumi.dynamic.ResourceProvider = {
  async configure(request: { readonly config: { get(key: string): string | undefined } }) {
    const fs = await import("node:fs");
    const file = process.env.ENGINE_TEST_WORLD ?? "";
    const world = JSON.parse(fs.readFileSync(file, "utf8"));
    world.token = request.config.get("token");
    fs.writeFileSync(file, JSON.stringify(world));
  },
  async diff(_id: string, olds: Values, news: Values) {
    return {
      changes: olds.x !== news.x || olds.r_k !== news.r_k,
      replaces: olds.r_k === news.r_k ? [] : ["r_k"],
    };
  },
  async create(inputs: Values) {
    const fs = await import("node:fs");
    const file = process.env.ENGINE_TEST_WORLD ?? "";
    const world = JSON.parse(fs.readFileSync(file, "utf8"));
    const call = `create ${inputs.name}`;
    if (world.kill?.call === call && world.kill.when === "before") {
      process.kill(world.kill.pid, "SIGKILL");
      await new Promise(() => undefined);
    }
    const id = `${inputs.name}-${++world.sequence}`;
    world.calls.push(call);
    world.things[id] = inputs.x;
    fs.writeFileSync(file, JSON.stringify(world));
    if (world.kill?.call === call && world.kill.when === "after") process.kill(world.kill.pid, "SIGKILL");
    return { id, outs: { ...inputs, made: `made ${inputs.x}` } };
  },
  async update(id: string, _olds: Values, news: Values) {
    const fs = await import("node:fs");
    const file = process.env.ENGINE_TEST_WORLD ?? "";
    const world = JSON.parse(fs.readFileSync(file, "utf8"));
    world.calls.push(`update ${news.name}`);
    world.things[id] = news.x;
    fs.writeFileSync(file, JSON.stringify(world));
    return { outs: { ...news, made: `made ${news.x}` } };
  },
  async read(id: string, props: Values = {}) {
    const fs = await import("node:fs");
    const world = JSON.parse(fs.readFileSync(process.env.ENGINE_TEST_WORLD ?? "", "utf8"));
    if (!(id in world.things)) return { id: "", props: {} };
    return { id, props: { ...props, x: world.things[id], made: `made ${world.things[id]}` } };
  },
  async delete(id: string, props: Values) {
    const fs = await import("node:fs");
    const file = process.env.ENGINE_TEST_WORLD ?? "";
    const world = JSON.parse(fs.readFileSync(file, "utf8"));
    world.calls.push(`delete ${props.name}`);
    delete world.things[id];
    fs.writeFileSync(file, JSON.stringify(world));
  },
};

/** A dynamic resource whose cloud is a file. */
export class WorldThing extends pulumi.dynamic.Resource {
  declare readonly made: pulumi.Output<string>;
  declare readonly x: pulumi.Output<unknown>;

  constructor(
    name: string,
    args: { x?: unknown; r_k?: unknown } = {},
    options?: pulumi.CustomResourceOptions,
  ) {
    super(provider, name, { name, made: undefined, x: undefined, ...args }, options);
  }
}

/** A component with one thing in it. */
export class WorldComponent extends pulumi.ComponentResource {
  readonly made: pulumi.Output<string>;

  constructor(name: string, args: { x?: unknown }, options?: pulumi.ComponentResourceOptions) {
    super("world:index:Component", name, args, options);
    this.made = new WorldThing(`${name}-thing`, args, { parent: this }).made;
    this.registerOutputs({ made: this.made });
  }
}
