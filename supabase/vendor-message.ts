import { redact } from "../plan/redact.ts";

const MAX_CHARACTERS = 300;

/** Where Supabase's error bodies carry their text: `message` in v1, `error` or `errors` in v2. */
const TEXT_FIELDS = ["message", "error_description", "detail", "title", "msg", "error", "errors"] as const;

/** Fields of what we send whose values are secrets; an answer may quote them. */
const SECRET_FIELD = /pass|secret|token|root_key|^value$|private/i;

/**
 * What Supabase said in the body of an error, safe to show: without secrets, in one line, at most 300 characters.
 * @param sent the body of the request, whose secrets an answer may repeat
 * @returns `undefined` when it said nothing
 */
export function vendorMessage(body: string, sent?: unknown): string | undefined {
  let text = textOf(parsed(body)) ?? "";
  for (const secret of secretsOf(sent)) text = text.replaceAll(secret, "***");
  // Postgres quotes the statement that failed.
  text = redact(text.replace(/(\bpassword\s+)'(?:[^']|'')*'?/gi, "$1***"));
  text = text.replace(/\s+/g, " ").trim();
  if (text === "") return undefined;
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}

/** A larger body than this is no error message. */
const MAX_BODY = 64 * 1024;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body.slice(0, MAX_BODY);
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.slice(0, MAX_BODY);
  if (Array.isArray(value)) {
    const texts = value.slice(0, 5).flatMap((one) => textOf(one) ?? []);
    return texts.length > 0 ? texts.join("; ") : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const field of TEXT_FIELDS) {
    const text = field in value ? textOf(value[field as keyof typeof value]) : undefined;
    if (text) return text;
  }
  return undefined;
}

function secretsOf(sent: unknown): string[] {
  if (typeof sent !== "object" || sent === null || sent instanceof FormData) return [];
  return Object.entries(sent).flatMap(([name, value]) =>
    typeof value === "string"
      ? SECRET_FIELD.test(name) && value.length > 3
        ? [value]
        : []
      : secretsOf(value),
  );
}
