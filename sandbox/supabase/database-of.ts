import { Refusal } from "./answer.ts";
import type { Platform } from "./platform.ts";
import type { ProjectCluster } from "./project-cluster.ts";
import type { ProjectRecord } from "./state/project-record.ts";

/** Whether the project's database takes statements now; `undefined` when it does, else what stands in the way. */
export function whyNotReady(platform: Platform, project: ProjectRecord): string | undefined {
  const status = platform.status(project);
  if (!["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"].includes(status)) return `the project is ${status}`;
  const fault = platform.faults.findForProject(project.ref, "healthy-but-not-ready");
  const activeSeconds = (platform.clock().getTime() - Date.parse(project.statusSince)) / 1000;
  return fault && activeSeconds < fault.seconds ? "the database is starting up" : undefined;
}

/**
 * The cluster of a project whose database takes statements; `undefined` for a project that was made without one.
 *
 * UNVERIFIED: what the platform answers while the database is away. 540 was seen from the data API of a paused
 * project; a 400, which no client repeats by itself, stands for the others.
 * @throws Refusal 540 paused, 400 otherwise not ready
 */
export function databaseOf(platform: Platform, project: ProjectRecord): ProjectCluster | undefined {
  if (platform.status(project) === "INACTIVE") throw new Refusal(540, "Project paused");
  const why = whyNotReady(platform, project);
  if (why !== undefined) throw new Refusal(400, `Failed to run sql query: connection refused, ${why}`);
  if (project.database === "none") return undefined;
  const cluster = platform.clusters.get(project.ref);
  if (!cluster) throw new Refusal(500, "Failed to run sql query: the database is gone");
  return cluster;
}
