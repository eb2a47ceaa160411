import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";

export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details?: readonly unknown[];
  readonly exitCode: number;
}

/** Whether the reader asked for stacks. */
export const debugAsked = () => process.env.HOLDFAST_DEBUG === "1";

/** An error as a person or a program is told of it: no stack, no secret. */
export function describeError(error: unknown): ErrorReport {
  if (!(error instanceof HoldfastError)) {
    return {
      code: "UNEXPECTED",
      message: redact(plainMessage(error)),
      hint: debugAsked()
        ? "The stack follows; please report it with the command and the version."
        : "Run the same command with HOLDFAST_DEBUG=1 to see where it comes from, and report it.",
      exitCode: 1,
    };
  }
  const { code, message, hint, details, exitCode } = error;
  return {
    code,
    message: redact(message),
    hint: redact(hint),
    ...(details && { details: details.map(redactDeep) }),
    exitCode,
  };
}

function plainMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(plainMessage).join("; ") || "several errors";
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

function redactDeep(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactDeep(inner)]));
}
