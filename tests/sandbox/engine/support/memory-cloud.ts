import type {
  DiffAnswer,
  ProviderState,
  ResourceCall,
  ResourcePlugin,
} from "../../../../sandbox/engine/plugins/resource-plugin.ts";
import { OutcomeUnknown } from "../../../../sandbox/engine/plugins/resource-plugin.ts";
import {
  equalValues,
  type PropertyMap,
  type PropertyValue,
} from "../../../../sandbox/engine/protocol/property-value.ts";

export type CloudVerb = "create" | "update" | "delete" | "read";
/** What goes wrong with one call: nothing is done, or it is done and the answer is lost, or it exists but is not ready. */
export type CloudFault = "refused" | "lost answer" | "not ready";

/** A cloud in memory whose things have an id, a name and one value; inputs named `r_…` cannot be changed in place. */
export class MemoryCloud implements ResourcePlugin {
  /** By id. */
  things = new Map<string, { readonly name: string; value: PropertyValue }>();
  /** Verb and name of each call that changes something, in order. */
  readonly calls: string[] = [];
  /** Asked before each call. */
  fault: (verb: CloudVerb, name: string) => CloudFault | undefined = () => undefined;
  /** Called before a call is carried out, and before it is answered. */
  onBoundary: () => void = () => undefined;
  /** The values that providers get at their configuration, in order. */
  readonly configurations: PropertyMap[] = [];
  #sequence = 0;

  /** Gives ids from here on, so that they differ from those of an earlier life. */
  startAt(sequence: number): void {
    this.#sequence = sequence;
  }

  /** Things by name, and how often each is there. */
  names(): string[] {
    return [...this.things.values()].map(({ name }) => name).sort();
  }

  async configure(settings: PropertyMap): Promise<void> {
    this.configurations.push(settings);
  }

  async checkConfig(_call: ResourceCall, _olds: PropertyMap, news: PropertyMap) {
    return { inputs: news, failures: [] };
  }

  async diffConfig(_call: ResourceCall, olds: PropertyMap, news: PropertyMap): Promise<DiffAnswer> {
    const changes = equalValues(olds, news) ? "none" : "some";
    return { changes, replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
  }

  async check(_call: ResourceCall, _olds: PropertyMap | undefined, news: PropertyMap) {
    const failures = news.bad ? [{ property: "bad", reason: "is refused" }] : [];
    return { inputs: news, failures };
  }

  async diff(
    _call: ResourceCall,
    request: { oldInputs: PropertyMap; oldOutputs: PropertyMap; newInputs: PropertyMap },
  ): Promise<DiffAnswer> {
    const { oldOutputs, newInputs } = request;
    // What was read of a thing counts, not what was once asked for.
    const { x } = oldOutputs;
    const isRead = "x" in request.oldInputs && x !== undefined;
    const oldInputs: PropertyMap = isRead ? { ...request.oldInputs, x } : request.oldInputs;
    const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])].filter(
      (key) => key !== "dbr",
    );
    const changed = keys.filter((key) => !equalValues(oldInputs[key], newInputs[key]));
    const replaceKeys = changed.filter((key) => key.startsWith("r_"));
    return {
      changes: changed.length > 0 ? "some" : "none",
      replaceKeys,
      changedKeys: changed,
      deleteBeforeReplace: newInputs.dbr === true,
    };
  }

  async create(call: ResourceCall, { inputs, preview }: { inputs: PropertyMap; preview: boolean }) {
    if (preview) return { id: "", outputs: inputs };
    this.#sequence += 1;
    const id = `${call.name}-${this.#sequence}`;
    return this.#change("create", call.name, id, inputs, () => {
      this.things.set(id, { name: call.name, value: inputs.x ?? null });
    });
  }

  async update(call: ResourceCall, request: { id: string; newInputs: PropertyMap; preview: boolean }) {
    const { id, newInputs, preview } = request;
    if (preview) return { id, outputs: newInputs };
    return this.#change("update", call.name, id, newInputs, () => {
      this.things.set(id, { name: call.name, value: newInputs.x ?? null });
    });
  }

  async read(call: ResourceCall, { id, outputs }: { id: string; outputs: PropertyMap }) {
    const state = await this.#change("read", call.name, id, outputs, () => undefined);
    const thing = this.things.get(id);
    return thing && { ...state, outputs: { ...outputs, x: thing.value, made: madeOf(thing.value) } };
  }

  async delete(call: ResourceCall, { id }: { id: string }): Promise<void> {
    await this.#change("delete", call.name, id, {}, () => void this.things.delete(id));
  }

  async invoke(token: string, args: PropertyMap) {
    return { result: { token, ...args }, failures: [] };
  }

  close(): void {}

  async #change(
    verb: CloudVerb,
    name: string,
    id: string,
    inputs: PropertyMap,
    work: () => void,
  ): Promise<ProviderState> {
    if (verb !== "read") this.calls.push(`${verb} ${name}`);
    const fault = this.fault(verb, name);
    this.onBoundary();
    if (fault === "refused") throw new Error(`${verb} refused`);
    work();
    this.onBoundary();
    if (fault === "lost answer") throw new OutcomeUnknown("the provider ended");
    const outputs = { ...inputs, made: madeOf(inputs.x) };
    return { id, outputs, ...(fault === "not ready" ? { initErrors: ["not ready"] } : {}) };
  }
}

function madeOf(value: PropertyValue | undefined): string {
  return `made ${JSON.stringify(value ?? null)}`;
}
