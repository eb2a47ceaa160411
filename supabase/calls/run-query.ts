import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { rowsReply } from "./replies/rows-reply.ts";

export interface QueryOptions extends RequestOptions {
  /** For `$1`, `$2`, …; values never belong into the text. */
  readonly parameters?: readonly unknown[];
  /** Runs it in a read-only transaction; it may then be sent again after a lost answer. @default false */
  readonly readOnly?: boolean;
}

/**
 * Runs SQL in a project's database as `postgres`, without its password. One text may hold several statements; the rows
 * are those of the last.
 * @throws ApiError `SUPABASE_REFUSED` with PostgreSQL's message when the SQL fails
 * @see https://supabase.com/docs/reference/api/v1-run-a-query
 */
export function runQuery(
  api: ManagementApi,
  ref: string,
  sql: string,
  { parameters, readOnly, ...options }: QueryOptions = {},
): Promise<Record<string, unknown>[]> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/database/query",
      parameters: { ref },
      body: {
        query: sql,
        ...(parameters !== undefined && { parameters }),
        ...(readOnly !== undefined && { read_only: readOnly }),
      },
      status: 201,
      reply: rowsReply,
      repeatable: readOnly === true,
    },
    options,
  );
}
