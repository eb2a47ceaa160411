/**
 * What stands for a value that is not known yet, whatever its type: during a preview, the output of a resource that is
 * still to be created or changed.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
 */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN_VALUE) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}
