import { answerError } from "./answer-error.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { checkReply } from "./check-reply.ts";
import { describeCall } from "./describe-call.ts";
import type { Answer } from "./send-request.ts";
import { vendorMessage } from "./vendor-message.ts";

/** What an answer means for the call. */
export type Judgement<Reply> =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** The rate limit; nothing was done. */
  | { readonly kind: "throttled" }
  /** Something else is still being changed; nothing was done. */
  | { readonly kind: "busy"; readonly error: ApiError }
  /** It says nothing about the call, which may have had its effect. */
  | { readonly kind: "unusable"; readonly what: string };

/** After "try again in N minutes" a little more, so as not to be told so twice. */
const BUSY_MARGIN_SECONDS = 5;
const SECONDS = { second: 1, minute: 60, hour: 3_600 } as const;

/**
 * Reads an answer.
 * @throws ApiError for one that settles the call: a refusal, or a success that is not as documented
 */
export function judgeAnswer<Reply>(call: ApiCall<Reply>, answer: Answer): Judgement<Reply> {
  const { status } = answer;
  const page = isWebPage(answer);
  if (status === 429) return judgeTooMany(call, answer, page);
  if (page) return { kind: "unusable", what: `a web page instead of an answer (${status})` };
  if (status === call.status) return judgeSuccess(call, answer);
  if (status === 408 || (status >= 500 && status !== 540)) {
    const said = vendorMessage(textOf(answer), call.body);
    return { kind: "unusable", what: `the answer ${status}${said ? `: ${said}` : ""}` };
  }
  if (status >= 400) throw answerError(call, status, textOf(answer));
  const where = status >= 300 ? "a redirect to another address" : "another kind of success";
  throw unexpected(call, status, `${status}, ${where}, where ${call.status} is documented`);
}

/** A body is read whole and once: in an error beyond its first 64 KiB there is nothing to learn. */
function textOf({ body }: Answer): string {
  return body?.subarray(0, 64 * 1024).toString("utf8") ?? "";
}

function isWebPage({ headers, body }: Answer): boolean {
  if (headers.get("content-type")?.includes("text/html")) return true;
  return /^\s*<(?:!doctype|html)/i.test(body?.subarray(0, 200).toString("latin1") ?? "");
}

function judgeTooMany(call: ApiCall<unknown>, answer: Answer, page: boolean): Judgement<never> {
  const said = page ? undefined : vendorMessage(textOf(answer), call.body);
  if (!said || /throttler|too many requests|rate.?limit/i.test(said)) return { kind: "throttled" };
  const [, count, unit] = /try again in (\d+) (second|minute|hour)/i.exec(said) ?? [];
  const { endpoint, text } = describeCall(call);
  const init = {
    code: "SUPABASE_BUSY",
    message: `${text} has to wait: an earlier change is still being processed (429). Supabase said: ${said}`,
    endpoint,
    status: 429,
    vendorMessage: said,
  } as const;
  if (count === undefined || unit === undefined) {
    return {
      kind: "busy",
      error: new ApiError({ ...init, hint: "Nothing was changed. Try again when it is done." }),
    };
  }
  const seconds = Number(count) * SECONDS[unit.toLowerCase() as keyof typeof SECONDS] + BUSY_MARGIN_SECONDS;
  const hint = `Nothing was changed. Try again in ${seconds} s.`;
  return { kind: "busy", error: new ApiError({ ...init, hint, retryAfterSeconds: seconds }) };
}

function judgeSuccess<Reply>(call: ApiCall<Reply>, { status, body }: Answer): Judgement<Reply> {
  const { reply: schema } = call;
  // Nothing of the body is of interest, so the caller has said that `Reply` is void.
  if (!schema) return { kind: "reply", reply: undefined as Reply };
  if (!body) throw unexpected(call, status, "more bytes than an answer of it may have");
  if (call.answer === "bytes")
    return { kind: "reply", reply: checkReply(call, schema, new Uint8Array(body)) };
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return {
      kind: "unusable",
      what: `${body.length === 0 ? "no body" : "a body that is not JSON"} (${status})`,
    };
  }
  return { kind: "reply", reply: checkReply(call, schema, json) };
}

function unexpected(call: ApiCall<unknown>, status: number, what: string): ApiError {
  const { endpoint, text } = describeCall(call);
  const done =
    call.method === "GET" ? "" : " The request may have had its effect: look at the project first.";
  return new ApiError({
    code: "SUPABASE_REPLY_UNEXPECTED",
    message: `${text} was answered otherwise than documented: ${what}`,
    hint: `Check the endpoint's address; if it is right, look for a newer version of Holdfast.${done}`,
    endpoint,
    status,
  });
}
