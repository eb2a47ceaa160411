import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { ownProperties } from "./own-properties.ts";
import { hasUnknown } from "./unknown-value.ts";

/**
 * Compares what a resource is with what it is to be, input by input.
 *
 * A value that is not known yet counts as a change, but not as a replacement, even where a change of it would be one:
 * every update of a project makes its `ref` unknown to the preview, and it comes out as it was. The comparison is made
 * again when the value is known.
 *
 * A replacement is created before the old one is deleted: the two are different projects and cannot collide.
 *
 * @param olds the outputs that were saved, with what a refresh found
 * @param inputs names of the inputs
 * @param replaceOn names of those whose change needs another resource
 */
export function diffInputs(
  olds: object,
  news: object,
  { inputs, replaceOn }: { readonly inputs: readonly string[]; readonly replaceOn: readonly string[] },
): dynamic.DiffResult {
  const before = ownProperties(olds);
  const after = ownProperties(news);
  const changed = inputs.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const replaces = changed.filter((name) => replaceOn.includes(name) && !hasUnknown(after[name]));
  return { changes: changed.length > 0, replaces, deleteBeforeReplace: false };
}
