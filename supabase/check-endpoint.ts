import { HoldfastError } from "../plan/holdfast-error.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads the address of a Management API. The token goes there, so it must be TLS; plain HTTP is for this machine alone.
 * @returns without a slash at the end
 * @throws HoldfastError SUPABASE_ENDPOINT_INVALID (exit 2)
 */
export function checkEndpoint(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (!url) throw invalid("it is not a URL");
  if (url.username || url.password) throw invalid("it must not hold a user or a password");
  if (url.search || url.hash) throw invalid("it must end with the host or a path");
  if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname))) {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  }
  throw invalid(`the access token would be sent to ${url.host} without TLS`);
}

/** The address itself is not shown: what does not hold may hold a password. */
function invalid(why: string): HoldfastError {
  return new HoldfastError({
    code: "SUPABASE_ENDPOINT_INVALID",
    message: `The address of the Supabase Management API cannot be used: ${why}.`,
    hint: "Leave it out for https://api.supabase.com, or give an https:// address (http:// only for localhost).",
    exitCode: 2,
  });
}
