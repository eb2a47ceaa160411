import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

/** Services whose health can be asked for. */
export const HEALTH_SERVICES = [
  "auth",
  "db",
  "db_postgres_user",
  "pooler",
  "realtime",
  "rest",
  "storage",
  "pg_bouncer",
] as const;
export type HealthService = (typeof HEALTH_SERVICES)[number];

export interface ServiceHealth {
  readonly service: string;
  /** `COMING_UP`, `ACTIVE_HEALTHY`, `UNHEALTHY`, or one that is new. */
  readonly status: string;
  readonly healthy: boolean;
  /** What Supabase says is wrong. */
  readonly error?: string;
}

export interface HealthQuestion {
  readonly services: readonly HealthService[];
  /** How long Supabase waits for the services. 0 to 10 seconds. @default Supabase's own */
  readonly timeoutSeconds?: number;
}

// `healthy` of the answer is deprecated by the vendor; the status says the same.
const Reply = z.array(
  z
    .object({ name: z.string(), status: z.string(), error: z.string().nullish() })
    .transform(
      ({ name, status, error }): ServiceHealth =>
        present({ service: name, status, healthy: status === "ACTIVE_HEALTHY", error }),
    ),
);

/**
 * How the services of a project are.
 * @see https://supabase.com/docs/reference/api/v1-get-services-health
 */
export function getHealth(
  api: ManagementApi,
  ref: string,
  { services, timeoutSeconds }: HealthQuestion,
  options?: RequestOptions,
): Promise<ServiceHealth[]> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/health",
      parameters: { ref },
      query: {
        services,
        ...(timeoutSeconds !== undefined && { timeout_ms: Math.round(timeoutSeconds * 1000) }),
      },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
