import type { Step, StepOperation } from "../deployment/step.ts";
import { subjectOf } from "../deployment/step.ts";
import type { PolicyViolation } from "../policies/policy-pack.ts";
import { isSecret, mapValues, type PropertyMap, type PropertyValue } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { ChangeCounts } from "../state/stack-history.ts";

/** An event as the Automation API's `onEvent` gets it, without sequence and time. */
export type EngineEvent = { readonly [kind: string]: unknown };

export function preludeEvent(config: Readonly<Record<string, string>>): EngineEvent {
  return { preludeEvent: { config } };
}

export function resourcePreEvent(step: Step, planning: boolean): EngineEvent {
  return { resourcePreEvent: { metadata: metadataOf(step), planning } };
}

/** @param operation as which a refresh turned out */
export function resOutputsEvent(step: Step, planning: boolean, operation?: StepOperation): EngineEvent {
  return { resOutputsEvent: { metadata: metadataOf(step, operation), planning } };
}

export function resOpFailedEvent(step: Step): EngineEvent {
  return { resOpFailedEvent: { metadata: metadataOf(step), status: 0, steps: 0 } };
}

export function diagnosticEvent(
  severity: "info" | "warning" | "error",
  message: string,
  urn?: string,
): EngineEvent {
  const prefix = severity === "info" ? "" : `${severity}: `;
  return { diagnosticEvent: { ...(urn ? { urn } : {}), prefix, message, color: "never", severity } };
}

export function policyEvent(violation: PolicyViolation): EngineEvent {
  const { urn, message, policyName, packName, packVersion, isMandatory } = violation;
  return {
    policyEvent: {
      ...(urn ? { resourceUrn: urn } : {}),
      message,
      color: "never",
      policyName,
      policyPackName: packName,
      policyPackVersion: packVersion,
      policyPackVersionTag: packVersion,
      enforcementLevel: isMandatory ? "mandatory" : "warning",
    },
  };
}

export function summaryEvent(durationSeconds: number, resourceChanges: ChangeCounts): EngineEvent {
  return { summaryEvent: { maybeCorrupt: false, durationSeconds, resourceChanges, PolicyPacks: {} } };
}

/** Ends the stream. */
export function cancelEvent(): EngineEvent {
  return { cancelEvent: {} };
}

function metadataOf(step: Step, operation: StepOperation = step.operation): Record<string, unknown> {
  const { urn, type, provider } = subjectOf(step);
  const { diff } = step;
  return {
    op: operation,
    urn,
    type,
    provider: provider ?? "",
    logical: operation !== "create-replacement" && operation !== "delete-replaced",
    ...(step.old ? { old: stateOf(step.old) } : {}),
    ...(step.new ? { new: stateOf(step.new) } : {}),
    ...(diff ? { keys: diff.replaceKeys, diffs: diff.changedKeys } : {}),
    ...(diff?.detail ? { detailedDiff: detailOf(diff.detail) } : {}),
  };
}

function detailOf(detail: ReadonlyMap<string, { readonly replaces: boolean }>): Record<string, unknown> {
  return Object.fromEntries(
    [...detail].map(([path, { replaces }]) => [
      path,
      { diffKind: replaces ? "update-replace" : "update", inputDiff: false },
    ]),
  );
}

function stateOf(state: ResourceState): Record<string, unknown> {
  const { urn, type, custom, id, parent, protect, retainOnDelete, provider, initErrors } = state;
  return {
    type,
    urn,
    custom,
    id: id ?? "",
    parent: parent ?? "",
    provider: provider ?? "",
    ...(state.delete ? { delete: true } : {}),
    ...(protect ? { protect } : {}),
    ...(retainOnDelete ? { retainOnDelete } : {}),
    ...(initErrors ? { initErrors } : {}),
    inputs: maskSecrets(state.inputs),
    outputs: maskSecrets(state.outputs),
  };
}

/** No secret leaves the engine by an event or a text. */
export function maskSecrets(values: PropertyMap): PropertyValue {
  return mapValues(values, (value) => (isSecret(value) ? "[secret]" : undefined));
}
