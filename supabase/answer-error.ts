import type { ApiCall } from "./api-call.ts";
import { ApiError, type ApiErrorCode, type ApiErrorInit } from "./api-error.ts";
import { describeCall } from "./describe-call.ts";
import { permissionFor } from "./permission-for.ts";
import { vendorMessage } from "./vendor-message.ts";

const TOKENS_PAGE = "https://supabase.com/dashboard/account/tokens";

/** The error of an answer that refuses a call for good. */
export function answerError(call: ApiCall<unknown>, status: number, body: string): ApiError {
  const { endpoint, text } = describeCall(call);
  const said = vendorMessage(body, call.body);
  const { code, hint, what } = explain(call, status, said);
  const init: ApiErrorInit = {
    code,
    message: `${text} was refused: ${what} (${status})${said ? `. Supabase said: ${said}` : ""}`,
    hint,
    endpoint,
    status,
  };
  return new ApiError(said === undefined ? init : { ...init, vendorMessage: said });
}

interface Explanation {
  readonly code: ApiErrorCode;
  readonly what: string;
  readonly hint: string;
}

function explain(call: ApiCall<unknown>, status: number, said: string | undefined): Explanation {
  const permission = permissionFor(call);
  const needed = permission ? ` A fine-grained token needs the permission ${permission}.` : "";
  switch (status) {
    case 401:
      return {
        code: "SUPABASE_TOKEN_REFUSED",
        what: "the access token is wrong, expired or revoked",
        hint: `Make an access token at ${TOKENS_PAGE} and give it as SUPABASE_ACCESS_TOKEN.${needed}`,
      };
    case 402:
      return {
        code: "SUPABASE_PLAN_REQUIRED",
        what: "the organization's plan does not include this",
        hint: "Upgrade the organization (Dashboard → Organization → Billing), or take this out of the protection plan.",
      };
    case 403:
      return {
        code: "SUPABASE_FORBIDDEN",
        what: "the access token's user may not do this",
        hint: `Let an owner or administrator of the organization make the token (${TOKENS_PAGE}).${needed}`,
      };
    case 404:
      return notFound(call, said);
    // Known of a paused project's own API; that the Management API answers so too is an assumption.
    case 540:
      return {
        code: "SUPABASE_REFUSED",
        what: "the project is paused",
        hint: "Restore the project in the dashboard, wait until it is healthy, then try again.",
      };
    default:
      return {
        code: "SUPABASE_REFUSED",
        what: "Supabase does not accept the request",
        hint: "Correct what Supabase names, or wait until the project's state allows it, then try again.",
      };
  }
}

function notFound({ parameters }: ApiCall<unknown>, said: string | undefined): Explanation {
  const code = "SUPABASE_NOT_FOUND";
  if (said?.startsWith("Cannot ")) {
    return {
      code,
      what: "the API has no such endpoint",
      hint: "Check the endpoint's address; if it is right, Supabase has changed the API: look for a newer version of Holdfast.",
    };
  }
  const what = "there is no such thing, or the token's user cannot see it";
  if (parameters?.ref !== undefined) {
    return {
      code,
      what,
      hint: "Check the project's ref (20 letters, in the dashboard's address) and that the token's user is a member of its organization.",
    };
  }
  return { code, what, hint: "Check the name, and that the token's user is a member of the organization." };
}
