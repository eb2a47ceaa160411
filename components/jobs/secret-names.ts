import { HoldfastError } from "../../plan/holdfast-error.ts";

/**
 * The environment variables that a part of a plan refers to for its secrets, each once, sorted. Those that it names by
 * ARN the job reads by itself.
 * @param where the part stands in the plan, for the message
 * @throws HoldfastError SECRET_OUT_OF_REACH (exit 2) for a secret in a file, which no task has
 */
export function secretNames(part: unknown, where: string): string[] {
  return [...new Set(found(part, where))].sort();
}

function found(part: unknown, where: string): string[] {
  if (part === null || typeof part !== "object") return [];
  const entries = Object.entries(part);
  const [[key, value] = [], ...more] = entries;
  if (more.length === 0 && typeof value === "string") {
    if (key === "env") return [value];
    if (key === "file") throw outOfReach(where);
  }
  return entries.flatMap(([name, inner]) => found(inner, `${where}.${name}`));
}

function outOfReach(where: string): HoldfastError {
  return new HoldfastError({
    code: "SECRET_OUT_OF_REACH",
    message: `${where} names a file, which the task on Fargate does not have.`,
    hint: "Write {env: NAME}, for which the stack makes a secret to fill, or {secretArn: …} of one that exists.",
    exitCode: 2,
  });
}
