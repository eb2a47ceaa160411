import { z } from "zod";
import { instant } from "./instant.ts";
import { present } from "./present.ts";

/** The states of a project that are known; others may appear and must not break us. */
export const PROJECT_STATUSES = [
  "INACTIVE",
  "ACTIVE_HEALTHY",
  "ACTIVE_UNHEALTHY",
  "COMING_UP",
  "UNKNOWN",
  "GOING_DOWN",
  "INIT_FAILED",
  "REMOVED",
  "RESTORING",
  "UPGRADING",
  "PAUSING",
  "RESTORE_FAILED",
  "RESTARTING",
  "PAUSE_FAILED",
  "RESIZING",
  "PROMOTING",
] as const;

export interface SupabaseProject {
  readonly ref: string;
  readonly name: string;
  readonly organizationSlug?: string;
  readonly organizationId?: string;
  readonly region: string;
  /** One of `PROJECT_STATUSES`, or one that is new. */
  readonly status: string;
  readonly createdAt: Date;
  /** Absent while the project is made. `version` such as `17.6.1.111`, `engine` such as `17`. */
  readonly database?: { readonly host: string; readonly version: string; readonly engine: string };
}

const Database = z
  .object({ host: z.string(), version: z.string(), postgres_engine: z.string() })
  .transform(({ host, version, postgres_engine }) => ({ host, version, engine: postgres_engine }));

export const projectReply = z
  .object({
    ref: z.string(),
    name: z.string(),
    organization_slug: z.string().nullish(),
    organization_id: z.string().nullish(),
    region: z.string(),
    status: z.string(),
    created_at: instant,
    database: Database.nullish(),
  })
  .transform(
    (reply): SupabaseProject =>
      present({
        ref: reply.ref,
        name: reply.name,
        organizationSlug: reply.organization_slug,
        organizationId: reply.organization_id,
        region: reply.region,
        status: reply.status,
        createdAt: reply.created_at,
        database: reply.database,
      }),
  );
