import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface Pooler {
  readonly host: string;
  readonly port: number;
  /** With the ref: `postgres.abcdefghijklmnopqrst`. */
  readonly user: string;
  readonly database: string;
  /** `transaction`, `session`, or one that is new. */
  readonly mode: string;
  /** Whether it leads to a copy that is only read. */
  readonly replica: boolean;
}

const Entry = z
  .object({
    db_host: z.string(),
    db_port: z.number(),
    db_user: z.string(),
    db_name: z.string(),
    pool_mode: z.string(),
    database_type: z.string(),
  })
  .transform(
    (entry): Pooler => ({
      host: entry.db_host,
      port: entry.db_port,
      user: entry.db_user,
      database: entry.db_name,
      mode: entry.pool_mode,
      replica: entry.database_type !== "PRIMARY",
    }),
  );

const Reply = z
  .array(Entry)
  .transform((poolers) => poolers.toSorted((one, other) => Number(one.replica) - Number(other.replica)));

/**
 * Where a project's database is reached over IPv4: its poolers, the primary's first. The host is read and never built, as
 * its number (`aws-0-…`) differs between projects. Session mode is on the same host at port 5432.
 * @see https://supabase.com/docs/reference/api/v1-get-pooler-config
 */
export function getPooler(api: ManagementApi, ref: string, options?: RequestOptions): Promise<Pooler[]> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/config/database/pooler",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
