import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

export interface Migration {
  /** `YYYYMMDDHHMMSS` */
  readonly version: string;
  readonly name?: string;
}

const Reply = z.array(
  z
    .object({ version: z.string(), name: z.string().nullish() })
    .transform((migration): Migration => present(migration)),
);

/**
 * The migrations that a project's database has recorded, as it gives them.
 * @see https://supabase.com/docs/reference/api/v1-list-migration-history
 */
export function listMigrations(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<Migration[]> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/database/migrations",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
