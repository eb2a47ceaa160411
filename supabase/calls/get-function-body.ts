import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * The code of an Edge Function as Supabase keeps it: one bundle of the function and all it imports.
 * @throws ApiError `SUPABASE_NOT_FOUND` when there is no such function
 * @see https://supabase.com/docs/reference/api/v1-get-a-function-body
 */
export function getFunctionBody(
  api: ManagementApi,
  ref: string,
  slug: string,
  options?: RequestOptions,
): Promise<Uint8Array> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/functions/{function_slug}/body",
      parameters: { ref, function_slug: slug },
      status: 200,
      answer: "bytes",
      reply: z.instanceof(Uint8Array),
    },
    options,
  );
}
