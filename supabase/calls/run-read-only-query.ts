import type { ManagementApi } from "../management-api.ts";
import { rowsReply } from "./replies/rows-reply.ts";
import type { QueryOptions } from "./run-query.ts";

/**
 * Runs SQL as `supabase_read_only_user`, which a token needs no right to write for. Names must carry their schema.
 * Row-level security applies as that role has it.
 * @throws ApiError `SUPABASE_REFUSED` with PostgreSQL's message when the SQL fails
 * @see https://supabase.com/docs/reference/api/v1-read-only-query
 */
export function runReadOnlyQuery(
  api: ManagementApi,
  ref: string,
  sql: string,
  { parameters, ...options }: Omit<QueryOptions, "readOnly"> = {},
): Promise<Record<string, unknown>[]> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/database/query/read-only",
      parameters: { ref },
      body: { query: sql, ...(parameters !== undefined && { parameters }) },
      status: 201,
      reply: rowsReply,
      repeatable: true,
    },
    options,
  );
}
