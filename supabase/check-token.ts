import { HoldfastError } from "../plan/holdfast-error.ts";

const FORM = /^sbp_(?:oauth_|v0_)?[a-f0-9]{40}$/;

/**
 * Checks the form of an access token before it is sent anywhere. It is never shown.
 * @see https://supabase.com/docs/reference/api/introduction#authentication
 * @throws HoldfastError SUPABASE_TOKEN_INVALID (exit 2)
 */
export function checkToken(token: string): string {
  if (FORM.test(token)) return token;
  throw new HoldfastError({
    code: "SUPABASE_TOKEN_INVALID",
    message: `The Supabase access token ${problem(token)}.`,
    hint: "Make one at https://supabase.com/dashboard/account/tokens and give it whole, without quotes or spaces, as SUPABASE_ACCESS_TOKEN.",
    exitCode: 2,
  });
}

function problem(token: string): string {
  if (token === "") return "is empty";
  if (FORM.test(token.trim())) return "has spaces or a line end around it";
  if (token.startsWith("eyJ"))
    return "is a JSON web token (a project's API key), not an access token (sbp_…)";
  if (/^sb_(?:secret|publishable)_/.test(token)) return "is a project's API key, not an access token (sbp_…)";
  if (token.startsWith("sbp_")) return "is cut off or mistyped: sbp_ and 40 hexadecimal digits are expected";
  return "does not begin with sbp_";
}
