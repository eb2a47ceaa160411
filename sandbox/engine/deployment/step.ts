import type { DiffAnswer } from "../plugins/resource-plugin.ts";
import type { ResourceState } from "../state/resource-state.ts";

/** By Pulumi's names, as events and summaries carry them. */
export type StepOperation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh";

/** One change of one resource. */
export interface Step {
  readonly operation: StepOperation;
  readonly old?: ResourceState;
  readonly new?: ResourceState;
  readonly diff?: DiffAnswer;
  /** The old one is kept and marked, to be deleted when everything else is done. */
  readonly deletesLater?: boolean;
  /** The old one is gone already; a replacement follows within this run, or the next. */
  readonly replacementFollows?: boolean;
}

/** The resource that the step is about: as it will be, or as it was. */
export function subjectOf(step: Step): ResourceState {
  const subject = step.new ?? step.old;
  if (!subject) throw new Error(`a ${step.operation} step without a resource`);
  return subject;
}

/** The halves of a replacement are shown, but only the replacement as a whole is counted. */
export function isCounted({ operation, old, new: after }: Step): boolean {
  const state = after ?? old;
  if (operation === "create-replacement" || operation === "delete-replaced") return false;
  return operation !== "remove-pending-replace" && state !== undefined;
}
