import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { retentionDaysOf } from "../entitlements-of.ts";
import type { Platform } from "../platform.ts";
import { recoveryWindow } from "../recovery-window.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const DAY_MILLISECONDS = 24 * 3600 * 1000;

interface Listed {
  readonly id: number;
  readonly at: Date;
}

/** A project without a cluster has one backup a day, from its creation on. */
function imagined({ id, createdAt }: ProjectRecord, from: number, now: number): Listed[] {
  const listed: Listed[] = [];
  for (
    let at = now - ((now - Date.parse(createdAt)) % DAY_MILLISECONDS);
    at >= from;
    at -= DAY_MILLISECONDS
  ) {
    if (at < Date.parse(createdAt)) break;
    listed.push({ id: id * 10_000 + Math.floor(at / DAY_MILLISECONDS) - 20_000, at: new Date(at) });
  }
  return listed;
}

/** Newest first. None on the free plan, and none with PITR, which takes their place. */
async function dailyBackups(platform: Platform, project: ProjectRecord): Promise<Listed[]> {
  const days = retentionDaysOf(platform.organizationOf(project));
  if (days === 0 || project.addons.pitr !== undefined) return [];
  const now = platform.clock().getTime();
  const from = now - days * DAY_MILLISECONDS;
  if (project.database === "none") return imagined(project, from, now);
  const backups = (await platform.clusters.get(project.ref)?.listBaseBackups()) ?? [];
  return backups
    .filter(({ endedAt }) => endedAt.getTime() >= from)
    .map(({ id, endedAt }) => ({ id, at: endedAt }));
}

async function listBackups(platform: Platform, project: ProjectRecord) {
  const window = await recoveryWindow(platform, project);
  return {
    region: project.region,
    walg_enabled: true,
    pitr_enabled: project.addons.pitr !== undefined,
    backups: (await dailyBackups(platform, project)).map(({ id, at }) => ({
      id,
      is_physical_backup: true,
      status: "COMPLETED",
      inserted_at: at.toISOString(),
    })),
    physical_backup_data: window
      ? {
          earliest_physical_backup_date_unix: window.earliest,
          latest_physical_backup_date_unix: window.latest,
        }
      : {},
  };
}

/** Zero is out of every range here; that it means "now" to the platform is UNVERIFIED. @throws Refusal 400 */
async function checkTarget(platform: Platform, project: ProjectRecord, target: number): Promise<void> {
  const window = await recoveryWindow(platform, project);
  // UNVERIFIED: the answer before the first backup is there.
  if (!window) throw new Refusal(400, "PITR is not enabled for this project.");
  const refused = platform.faults.takeForProject(project.ref, "target-refused") !== undefined;
  const latest = refused ? Math.min(window.latest, target - 1) : window.latest;
  const earliest = Math.min(window.earliest, latest);
  if (target < earliest || target > latest)
    throw new Refusal(400, `Recovery time target must be within range: ${earliest} <= t <= ${latest}`);
}

/**
 * UNVERIFIED: that the second text, which was seen once, is the answer to whatever transition the project is in.
 * @throws Refusal 400
 */
function checkRestorable(platform: Platform, ref: string): ProjectRecord {
  const project = platform.project(ref);
  if (project.addons.pitr === undefined) throw new Refusal(400, "PITR is not enabled for this project.");
  const down = project.database === "cluster" && platform.clusters.get(ref)?.running() !== true;
  if (down || platform.status(project) !== "ACTIVE_HEALTHY")
    throw new Refusal(
      400,
      "Failed to check for major version of database. Database appears to be unreachable",
    );
  return project;
}

function takeRestoreFault(platform: Platform, ref: string): "restore-failed" | "restored-wrong" | undefined {
  for (const kind of ["restore-failed", "restored-wrong"] as const)
    if (platform.faults.takeForProject(ref, kind)) return kind;
  return undefined;
}

/** What backups there are, and the recovery to a point in time. */
export const backupEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/database/backups",
    handle: async (platform, { ref }) => ({
      status: 200,
      body: await listBackups(platform, platform.project(ref)),
    }),
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/backups/restore-pitr",
    body: z.object({ recovery_time_target_unix: z.number().int().min(0) }),
    handle: async (platform, { ref, json }) => {
      checkRestorable(platform, ref);
      const targetSeconds = json.recovery_time_target_unix;
      await checkTarget(platform, platform.project(ref), targetSeconds);
      // Again: another request may have begun one meanwhile.
      const project = checkRestorable(platform, ref);
      const fault = takeRestoreFault(platform, ref);
      const seconds = platform.timing.pitrRestoreSeconds;
      platform.tasks.start(project, { kind: "restore", seconds, targetSeconds, ...(fault ? { fault } : {}) });
      return { status: 201, body: {} };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/backups/restore",
    body: z.object({ id: z.number().int() }),
    // The route is documented and closed: nobody was seen to get through, with a listed backup's id or another.
    handle: () => {
      throw new Refusal(400, "This endpoint is unavailable at the moment");
    },
  }),
];
