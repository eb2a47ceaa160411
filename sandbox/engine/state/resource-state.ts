import type { PropertyMap } from "../protocol/property-value.ts";

/** Longest time a provider may take, in seconds. Absent: no bound. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** What is known of one resource, as the deployment format (version 3) stores it. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  /** Whether a provider manages it; false for components and the stack. */
  readonly custom: boolean;
  /** Given by the provider; absent for components, and in a preview until it is known. */
  id?: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  parent?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  dependencies: readonly string[];
  propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `<urn>::<id>` of the provider's resource; absent for components. */
  provider?: string;
  /** Why it exists but is not ready. */
  initErrors?: readonly string[];
  additionalSecretOutputs?: readonly string[];
  aliases?: readonly string[];
  deletedWith?: string;
  /** Its replacement exists already; it is to be deleted. */
  delete?: boolean;
  /** It was deleted to be replaced, and the replacement is not there yet. */
  pendingReplacement?: boolean;
  ignoreChanges?: readonly string[];
  replaceOnChanges?: readonly string[];
  customTimeouts?: CustomTimeouts;
  /** ISO 8601. */
  created?: string;
  /** ISO 8601. */
  modified?: string;
}

/** Something that was begun with a provider and has not been seen to end. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: "creating" | "updating" | "deleting" | "reading";
}

/** A stack's whole state. */
export interface Deployment {
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
}
