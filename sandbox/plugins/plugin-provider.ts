import type { PropertyMap } from "../engine/protocol/property-value.ts";

/** A resource as the engine asks about it. Values are plain: secrets are taken out before, and put back after. */
export interface PluginCall {
  readonly urn: string;
  /** Its type token, such as `aws:kms/key:Key`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** Every text that is secret in what the call gives; none of them may be printed. */
  readonly secrets: readonly string[];
}

export interface CheckCall extends PluginCall {
  /** The inputs as they are; empty for a resource that is to be made. */
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
}

export interface CheckOutcome {
  /** The inputs with what the provider fills in. */
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface StateCall extends PluginCall {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface ChangeCall extends StateCall {
  /** The inputs that the resource is to have; `inputs` and `outputs` are those that it has. */
  readonly news: PropertyMap;
}

export interface DiffOutcome {
  /** Top-level keys that differ; none: nothing is to be done. */
  readonly changed: readonly string[];
  /** Those of them that only another resource in its place can have. */
  readonly replaces: readonly string[];
  /** The old resource must go first, because both cannot exist at a time. Default: false. */
  readonly deleteBeforeReplace?: boolean;
}

export interface PluginState {
  readonly id: string;
  readonly outputs: PropertyMap;
}

interface Timed {
  /** Longest time that the program gives the call, in seconds; 0: no bound. */
  readonly timeoutSeconds: number;
}

/** One type of resource. An error that is thrown fails the step, and the state stays as it was. */
export interface PluginResource {
  check(call: CheckCall): CheckOutcome | Promise<CheckOutcome>;
  diff(call: ChangeCall): DiffOutcome | Promise<DiffOutcome>;
  /** @throws InitFailed when the resource exists now, but is not ready */
  create(call: PluginCall & Timed & { readonly inputs: PropertyMap }): Promise<PluginState>;
  update(call: ChangeCall & Timed): Promise<{ readonly outputs: PropertyMap }>;
  /** @returns undefined when the resource does not exist */
  read(call: StateCall): Promise<(PluginState & { readonly inputs: PropertyMap }) | undefined>;
  /** Success, too, when the resource does not exist. */
  delete(call: StateCall & Timed): Promise<void>;
  /** Outputs that are secret as soon as any input is. Default: none. */
  readonly secretWithInputs?: readonly string[];
  /** Outputs that an update may change without an input of their name, so that a preview cannot know them. */
  readonly unknownInUpdate?: readonly string[];
}

/** What manages the resources of one package. */
export interface PluginProvider {
  readonly version: string;
  /** By type token. Any other type is refused by its name. */
  readonly resources: Readonly<Record<string, PluginResource>>;
  /** By token, such as `aws:index/getCallerIdentity:getCallerIdentity`. */
  readonly functions?: Readonly<Record<string, (args: PropertyMap) => Promise<PropertyMap>>>;
  /** Checks the settings of the provider. Default: takes any. */
  checkConfig?(news: PropertyMap): CheckOutcome;
  /** Settings whose change asks for other resources. Default: none. */
  readonly replacingSettings?: readonly string[];
  /** Gets the settings before the first resource; what is not text comes as JSON. */
  configure(settings: PropertyMap): void | Promise<void>;
}

/** The resource exists, and is not ready: it is kept in the state, and the next update tries again. */
export class InitFailed extends Error {
  readonly state: PluginState;
  readonly reasons: readonly string[];

  constructor(state: PluginState, reasons: readonly string[]) {
    super(reasons.join("; "));
    this.name = "InitFailed";
    this.state = state;
    this.reasons = reasons;
  }
}
