import assert from "node:assert/strict";
import {
  type Bag,
  type Difference,
  type DynamicProvider,
  ProviderRefusal,
} from "../../../support/dynamic-provider.ts";
import { record } from "../../../support/recorder.ts";

/** What the engine keeps of a resource. */
export interface Saved {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** Why it is not as it should be. */
  readonly initErrors: readonly string[];
}

export type Operation = "create" | "update" | "replace" | "same" | "delete";

/**
 * One resource in the hands of an engine, which does with it what Pulumi's does: check, diff, create before delete, and
 * keeping what is half done. Declared by a program that makes the real resource.
 */
export class ManagedResource {
  readonly provider: DynamicProvider;
  saved: Saved | undefined;

  constructor(provider: DynamicProvider) {
    this.provider = provider;
  }

  /** @returns what a preview would show */
  async preview(program: () => unknown): Promise<Operation> {
    const inputs = await this.checked(program, true);
    return this.saved ? (await this.difference(this.saved, inputs)).operation : "create";
  }

  /** @throws ProviderRefusal; what is half done is kept then */
  async up(program: () => unknown): Promise<Operation> {
    const inputs = await this.checked(program, false);
    if (!this.saved) {
      this.saved = await this.create(inputs);
      return "create";
    }
    const old = this.saved;
    const { operation } = await this.difference(old, inputs);
    if (operation === "replace") {
      this.saved = await this.create(inputs);
      await this.provider.delete(old.id, old.outputs);
    } else if (operation === "update") {
      const outputs = await this.keeping(inputs, () => this.provider.update(old.id, old.outputs, inputs));
      this.saved = { id: old.id, inputs, outputs, initErrors: [] };
    }
    return operation;
  }

  /** @returns whether it is still there */
  async refresh(): Promise<boolean> {
    const { id, inputs } = this.known();
    const read = await this.provider.read(id, this.known().outputs);
    this.saved =
      read.id === ""
        ? undefined
        : { id: read.id, inputs: read.inputs ?? inputs, outputs: read.outputs, initErrors: [] };
    return this.saved !== undefined;
  }

  async destroy(): Promise<void> {
    const { id, outputs } = this.known();
    await this.provider.delete(id, outputs);
    this.saved = undefined;
  }

  /** The outputs without the text of the provider. */
  outputs(): Bag {
    const { __provider, ...rest } = this.known().outputs;
    return rest;
  }

  known(): Saved {
    assert.ok(this.saved, "the resource is in the state");
    return this.saved;
  }

  private async checked(program: () => unknown, preview: boolean): Promise<Bag> {
    const [resource] = await record(program, { preview });
    assert.ok(resource, "the program declares a resource");
    // The provider does not accept secrets: the engine hands them over unwrapped.
    const news = { ...resource.inputs, __provider: resource.wire.__provider };
    const { inputs, failures } = await this.provider.check(this.saved?.inputs, news);
    if (failures.length > 0) throw new CheckRefusal(failures);
    return inputs;
  }

  private async difference(old: Saved, inputs: Bag): Promise<Difference & { operation: Operation }> {
    const found = await this.provider.diff(old.id, old.outputs, inputs);
    const changed = found.changes !== "none" || old.initErrors.length > 0;
    return { ...found, operation: found.replaces.length > 0 ? "replace" : changed ? "update" : "same" };
  }

  private async create(inputs: Bag): Promise<Saved> {
    let id = "";
    const outputs = await this.keeping(inputs, async () => {
      const created = await this.provider.create(inputs);
      id = created.id;
      return created.outputs;
    });
    return { id, inputs, outputs, initErrors: [] };
  }

  private async keeping(inputs: Bag, work: () => Promise<Bag>): Promise<Bag> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ProviderRefusal && error.saved) {
        const { id, properties, reasons } = error.saved;
        const { __provider } = inputs;
        this.saved = { id, inputs, outputs: { ...properties, __provider }, initErrors: reasons };
      }
      throw error;
    }
  }
}

/** The inputs were refused. */
export class CheckRefusal extends Error {
  readonly failures: readonly { property: string; reason: string }[];

  constructor(failures: readonly { property: string; reason: string }[]) {
    super(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    this.failures = failures;
  }
}
