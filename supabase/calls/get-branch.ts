import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

export interface BranchDatabase {
  /** Ref of the branch's own project. */
  readonly ref: string;
  /** State of the branch's project; see `PROJECT_STATUSES`. */
  readonly status: string;
  /** Such as `17.6.1.111`. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  /** A secret. */
  readonly password?: string;
}

const Reply = z
  .object({
    ref: z.string(),
    status: z.string(),
    postgres_version: z.string(),
    db_host: z.string(),
    db_port: z.number(),
    db_user: z.string().nullish(),
    db_pass: z.string().nullish(),
  })
  .transform(
    (reply): BranchDatabase =>
      present({
        ref: reply.ref,
        status: reply.status,
        version: reply.postgres_version,
        host: reply.db_host,
        port: reply.db_port,
        user: reply.db_user,
        password: reply.db_pass,
      }),
  );

/**
 * How the database of a branch is reached, with its password.
 * @param id the branch's id, or the ref of its project
 * @see https://supabase.com/docs/reference/api/v1-get-a-branch-config
 */
export function getBranch(api: ManagementApi, id: string, options?: RequestOptions): Promise<BranchDatabase> {
  return api.request(
    {
      method: "GET",
      path: "/v1/branches/{branch_id_or_ref}",
      parameters: { branch_id_or_ref: id },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
