import { z } from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const SERVICES = [
  "auth",
  "db",
  "db_postgres_user",
  "pooler",
  "realtime",
  "rest",
  "storage",
  "pg_bouncer",
] as const;
type Service = (typeof SERVICES)[number];

const list = (value: unknown): unknown =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => (typeof one === "string" ? one.split(",") : one));

const healthShape = z.object({
  services: z.preprocess(list, z.array(z.enum(SERVICES))),
  timeout_ms: z.coerce.number().int().min(0).max(10_000).optional(),
});

const COMING = ["UNKNOWN", "COMING_UP", "RESTARTING", "RESIZING"];

function stateOf(
  platform: Platform,
  project: ProjectRecord,
  service: Service,
): "COMING_UP" | "ACTIVE_HEALTHY" | "UNHEALTHY" {
  const status = platform.status(project);
  if (COMING.includes(status)) return "COMING_UP";
  if (status !== "ACTIVE_HEALTHY") return "UNHEALTHY";
  if (project.database === "cluster" && platform.clusters.get(project.ref)?.running() !== true)
    return "UNHEALTHY";
  const activeSeconds = (platform.clock().getTime() - Date.parse(project.statusSince)) / 1000;
  // The database is up first, Realtime last.
  const lag = service.startsWith("db") ? 0 : platform.timing.healthLagSeconds;
  return activeSeconds < lag ? "COMING_UP" : "ACTIVE_HEALTHY";
}

/** Health of a project's services. */
export const healthEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/health",
    options: healthShape,
    handle: (platform, { ref, options }) => {
      const project = platform.project(ref);
      const body = options.services.map((name) => {
        const status = stateOf(platform, project, name);
        const error = `Failed to retrieve project's ${name} service health`;
        return {
          name,
          healthy: status === "ACTIVE_HEALTHY",
          status,
          ...(status === "UNHEALTHY" ? { error } : {}),
        };
      });
      return { status: 200, body };
    },
  }),
];
