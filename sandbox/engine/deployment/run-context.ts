import type { ProviderRegistry } from "../plugins/provider-registry.ts";
import type { ResourceCall, ResourcePlugin } from "../plugins/resource-plugin.ts";
import type { PolicyJudge } from "../policies/policy-judge.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { SnapshotKeeper } from "../state/snapshot-keeper.ts";
import type { StepRunner } from "./step-runner.ts";
import { parseUrn } from "./urn.ts";

/** What everything within one run shares. */
export interface RunContext {
  readonly target: { readonly stack: string; readonly project: string };
  /** The state before the run. */
  readonly previous: readonly ResourceState[];
  readonly registry: ProviderRegistry;
  readonly keeper: SnapshotKeeper;
  readonly runner: StepRunner;
  readonly judge: PolicyJudge;
  /** Nothing is changed, neither with a provider nor in the state. */
  readonly dryRun: boolean;
}

/** How a provider is asked about the resource. */
export function callOf({ urn, type }: ResourceState): ResourceCall {
  return { urn, type, name: parseUrn(urn).name };
}

/** The provider that manages the resource. @throws EngineError when the state names none */
export async function pluginOf({ registry }: RunContext, state: ResourceState): Promise<ResourcePlugin> {
  if (state.provider === undefined) throw new Error(`${state.urn} has no provider`);
  return registry.get(state.provider);
}
