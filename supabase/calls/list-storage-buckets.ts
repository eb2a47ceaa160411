import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { instant } from "./replies/instant.ts";

export interface StorageBucket {
  readonly id: string;
  readonly name: string;
  /** Whether anybody who knows a file's address may read it. */
  readonly public: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const Reply = z.array(
  z
    .object({
      id: z.string(),
      name: z.string(),
      public: z.boolean(),
      created_at: instant,
      updated_at: instant,
    })
    .transform(
      ({ created_at, updated_at, ...bucket }): StorageBucket => ({
        ...bucket,
        createdAt: created_at,
        updatedAt: updated_at,
      }),
    ),
);

/**
 * The buckets of a project's Storage.
 * @see https://supabase.com/docs/reference/api/v1-list-all-buckets
 */
export function listStorageBuckets(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<StorageBucket[]> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/storage/buckets",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
