import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

type RestorePoint = ProjectRecord["restorePoints"][number];

const nameShape = z.object({ name: z.string().max(20) });

/**
 * Restore points are for a few organizations; all others get this, whatever the project. No success was ever seen, so
 * everything behind the gate is UNVERIFIED. @throws Refusal 400
 */
function entitledProject(platform: Platform, ref: string): ProjectRecord {
  const project = platform.find(ref);
  if (!project || platform.organizationOf(project).restorePoints !== true)
    throw new Refusal(400, "This endpoint is unavailable at the moment");
  return project;
}

function completionOf(platform: Platform, { requestedAt, completedAt }: RestorePoint): Date | undefined {
  if (completedAt === undefined) return undefined;
  const least = Date.parse(requestedAt) + platform.timing.restorePointSeconds * 1000;
  return least > platform.clock().getTime() ? undefined : new Date(completedAt);
}

function shown(platform: Platform, point: RestorePoint) {
  const completed = completionOf(platform, point);
  const status = point.failed ? "FAILED" : completed ? "AVAILABLE" : "PENDING";
  return { name: point.name, status, completed_on: completed?.toISOString() ?? null };
}

async function complete(platform: Platform, ref: string, name: string): Promise<void> {
  const { database } = platform.project(ref);
  let change: Partial<RestorePoint>;
  try {
    if (database === "cluster") await platform.clusters.get(ref)?.takeBaseBackup();
    change = { completedAt: platform.clock().toISOString() };
  } catch {
    change = { failed: true };
  }
  const restorePoints = platform
    .find(ref)
    ?.restorePoints.map((point) => (point.name === name ? { ...point, ...change } : point));
  if (restorePoints) platform.update(ref, { restorePoints });
}

/** Named points to which the database can be taken back. */
export const restorePointEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/backups/restore-point",
    body: nameShape,
    handle: (platform, { ref, json: { name } }) => {
      const { restorePoints } = entitledProject(platform, ref);
      if (restorePoints.some((point) => point.name === name))
        throw new Refusal(400, `Restore point ${name} already exists`);
      const point = { name, requestedAt: platform.clock().toISOString(), failed: false };
      platform.update(ref, { restorePoints: [...restorePoints, point] });
      platform.tasks.also(() => complete(platform, ref, name));
      return { status: 201, body: shown(platform, point) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/database/backups/restore-point",
    options: nameShape.partial(),
    handle: (platform, { ref, options: { name } }) => {
      const { restorePoints } = entitledProject(platform, ref);
      const point = restorePoints.findLast((one) => name === undefined || one.name === name);
      if (!point) throw new Refusal(404, "Restore point not found");
      return { status: 200, body: shown(platform, point) };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/backups/undo",
    body: nameShape,
    handle: (platform, { ref, json: { name } }) => {
      const project = entitledProject(platform, ref);
      const point = project.restorePoints.find((one) => one.name === name);
      const completed = point && completionOf(platform, point);
      if (!completed) throw new Refusal(404, "Restore point not found");
      if (platform.status(project) !== "ACTIVE_HEALTHY")
        throw new Refusal(400, `Project is not active, it is ${platform.status(project)}`);
      const seconds = platform.timing.pitrRestoreSeconds;
      // Recovery goes by whole seconds; the one that the point lies in is kept.
      const targetSeconds = Math.ceil(completed.getTime() / 1000);
      platform.tasks.start(platform.project(ref), { kind: "restore", seconds, targetSeconds });
      return { status: 201 };
    },
  }),
];
