import type { PropertyMap } from "../protocol/property-value.ts";

/** A resource as its provider is asked about it. */
export interface ResourceCall {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface DiffAnswer {
  readonly changes: "none" | "some" | "unknown";
  /** Top-level keys whose change asks for a replacement. */
  readonly replaceKeys: readonly string[];
  /** Top-level keys that changed, where the provider says so. */
  readonly changedKeys: readonly string[];
  /** Paths that changed, and whether that asks for a replacement; absent where the provider gives no detail. */
  readonly detail?: ReadonlyMap<string, { readonly replaces: boolean }>;
  readonly deleteBeforeReplace: boolean;
}

/** A state as the provider leaves it. */
export interface ProviderState {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** Why the resource exists but is not ready; absent when it is. */
  readonly initErrors?: readonly string[];
}

/** What manages the resources of one package, in the engine's own values. */
export interface ResourcePlugin {
  configure(settings: PropertyMap): Promise<void>;
  checkConfig(call: ResourceCall, olds: PropertyMap, news: PropertyMap): Promise<CheckAnswer>;
  diffConfig(call: ResourceCall, olds: PropertyMap, news: PropertyMap): Promise<DiffAnswer>;
  check(call: ResourceCall, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckAnswer>;
  diff(call: ResourceCall, request: DiffRequest): Promise<DiffAnswer>;
  create(call: ResourceCall, request: CreateRequest): Promise<ProviderState>;
  update(call: ResourceCall, request: UpdateRequest): Promise<ProviderState>;
  /** @returns undefined when the resource does not exist */
  read(
    call: ResourceCall,
    request: ReadRequest,
  ): Promise<(ProviderState & { inputs?: PropertyMap }) | undefined>;
  delete(call: ResourceCall, request: DeleteRequest): Promise<void>;
  invoke(token: string, args: PropertyMap): Promise<InvokeAnswer>;
  close(): void;
}

export interface CheckAnswer {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

export interface InvokeAnswer {
  readonly result: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

export interface DiffRequest {
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

export interface CreateRequest {
  readonly inputs: PropertyMap;
  readonly preview: boolean;
  /** 0: no bound. */
  readonly timeoutSeconds: number;
}

export interface UpdateRequest extends DiffRequest {
  readonly preview: boolean;
  /** 0: no bound. */
  readonly timeoutSeconds: number;
}

export interface ReadRequest {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface DeleteRequest extends ReadRequest {
  /** 0: no bound. */
  readonly timeoutSeconds: number;
}

/** The provider ended, or the connection broke, during a call: whether it was carried out is not known. */
export class OutcomeUnknown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OutcomeUnknown";
  }
}
