import type { z } from "zod";
import type { ApiCall } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { describeCall } from "./describe-call.ts";

/** A field of an answer that is not as documented. */
export interface ReplyProblem {
  /** e.g. `backups[0].inserted_at`; `(whole answer)` for the answer itself. */
  readonly field: string;
  readonly expected: string;
  /** The type found, never the value. */
  readonly found: string;
}

/**
 * Reads the answer's body by the call's schema.
 * @throws ApiError SUPABASE_REPLY_UNEXPECTED, naming endpoint and fields
 */
export function checkReply<Reply>(call: ApiCall<Reply>, schema: z.ZodType<Reply>, body: unknown): Reply {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw replyUnexpected(
    call,
    result.error.issues.slice(0, 5).map((issue) => problem(issue, body)),
  );
}

function replyUnexpected(call: ApiCall<unknown>, problems: readonly ReplyProblem[]): ApiError {
  const { endpoint, text } = describeCall(call);
  const listed = problems.map(
    ({ field, expected, found }) => `${field}: expected ${expected}, found ${found}`,
  );
  const done =
    call.method === "GET" ? "" : " The request may have had its effect: look at the project first.";
  return new ApiError({
    code: "SUPABASE_REPLY_UNEXPECTED",
    message: `${text} was answered otherwise than documented: ${listed.join("; ")}`,
    hint: `Supabase may have changed its API: look for a newer version of Holdfast.${done}`,
    endpoint,
    status: call.status,
    details: problems,
  });
}

function problem(issue: z.core.$ZodIssue, body: unknown): ReplyProblem {
  return { field: fieldName(issue.path), expected: expectation(issue), found: typeAt(body, issue.path) };
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text && "."}${String(part)}`),
    "",
  );
  return name || "(whole answer)";
}

/** Zod's own words name bounds and forms, and no values of the input. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return `text of the form ${issue.format}`;
    case "too_small":
      return `${issue.origin} of at least ${issue.minimum}`;
    case "too_big":
      return `${issue.origin} of at most ${issue.maximum}`;
    case "invalid_union":
      return "one of the documented forms";
    case "custom":
      return issue.message;
    default:
      return issue.code.replaceAll("_", " ");
  }
}

function typeAt(body: unknown, path: readonly PropertyKey[]): string {
  let value = body;
  for (const part of path) {
    value = typeof value === "object" && value !== null ? value[part as keyof typeof value] : undefined;
  }
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
