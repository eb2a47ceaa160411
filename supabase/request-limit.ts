import type { ApiCall } from "./api-call.ts";

/** How many requests of one kind Supabase takes in a time. */
export interface RequestLimit {
  /** What is counted together: the endpoint, and the project or organization. */
  readonly key: string;
  readonly requests: number;
  readonly windowSeconds: number;
}

/**
 * Endpoints with a limit of their own, in requests and seconds.
 * @see https://supabase.com/docs/reference/api/introduction#rate-limits
 */
const SPECIAL: Readonly<Record<string, { readonly requests: number; readonly windowSeconds: number }>> = {
  "/v1/projects/{ref}/database/migrations": { requests: 120, windowSeconds: 180 },
  "/v1/projects/{ref}/database/context": { requests: 10, windowSeconds: 60 },
  "/v1/projects/{ref}/analytics/endpoints/logs.all": { requests: 30, windowSeconds: 60 },
};

/**
 * The limit that a call counts against: each endpoint has its own for each project or organization, shared by all
 * tokens of a user. What names neither is counted for the user, and all methods of a path together: whether Supabase
 * counts them apart is not documented, and so it is never too lax.
 * @see https://supabase.com/docs/reference/api/introduction#rate-limits
 */
export function requestLimit(
  { path, parameters }: Pick<ApiCall<unknown>, "path" | "parameters">,
  limitPerMinute: number,
): RequestLimit {
  const special = SPECIAL[path] ?? { requests: limitPerMinute, windowSeconds: 60 };
  return {
    key: `${path} ${parameters?.ref ?? parameters?.slug ?? ""}`,
    requests: Math.min(special.requests, limitPerMinute),
    windowSeconds: special.windowSeconds,
  };
}
