import { z } from "zod";
import { present } from "./present.ts";

/** The states of an Edge Function that are known; others may appear. */
export const FUNCTION_STATUSES = ["ACTIVE", "REMOVED", "THROTTLED"] as const;

export interface EdgeFunction {
  readonly id: string;
  /** The name in its address. */
  readonly slug: string;
  readonly name: string;
  /** One of `FUNCTION_STATUSES`, or one that is new. */
  readonly status: string;
  /** One more with every deployment. */
  readonly version: number;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  readonly verifyJwt?: boolean;
  readonly entrypointPath?: string;
  readonly importMapPath?: string;
  /** SHA-256 of the bundle, hex: equal when the same code is deployed. */
  readonly bundleSha256?: string;
}

/** Milliseconds since 1970. */
const milliseconds = z.number().transform((value) => new Date(value));

export const functionReply = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    status: z.string(),
    version: z.number(),
    created_at: milliseconds.nullish(),
    updated_at: milliseconds.nullish(),
    verify_jwt: z.boolean().nullish(),
    entrypoint_path: z.string().nullish(),
    import_map_path: z.string().nullish(),
    ezbr_sha256: z.string().nullish(),
  })
  .transform(
    (reply): EdgeFunction =>
      present({
        id: reply.id,
        slug: reply.slug,
        name: reply.name,
        status: reply.status,
        version: reply.version,
        createdAt: reply.created_at,
        updatedAt: reply.updated_at,
        verifyJwt: reply.verify_jwt,
        entrypointPath: reply.entrypoint_path,
        importMapPath: reply.import_map_path,
        bundleSha256: reply.ezbr_sha256,
      }),
  );
