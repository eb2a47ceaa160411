import { windowDaysOf } from "./addon-catalog.ts";
import type { Platform } from "./platform.ts";
import type { ProjectRecord } from "./state/project-record.ts";

/** The seconds since 1970 between which a project can be recovered. */
export interface WindowSeconds {
  readonly earliest: number;
  readonly latest: number;
}

const DAY_SECONDS = 24 * 3600;

/** What the archive of the project's cluster really covers, without the seconds that it covers in part. */
async function archived(
  platform: Platform,
  project: ProjectRecord,
  now: number,
): Promise<WindowSeconds | undefined> {
  if (project.database === "none")
    return {
      earliest: Math.ceil(Date.parse(project.createdAt) / 1000),
      latest: Math.floor(now - platform.timing.walShipSeconds),
    };
  const window = await platform.clusters.get(project.ref)?.recoverableWindow();
  return (
    window && {
      earliest: Math.ceil(window.earliest.getTime() / 1000),
      latest: Math.floor(window.latest.getTime() / 1000),
    }
  );
}

/**
 * The window of a project with PITR: what its archive covers, at most as far back as the add-on's days. It is there as
 * soon as the add-on is: backups and WAL were kept before. `undefined` without PITR and without anything to recover.
 */
export async function recoveryWindow(
  platform: Platform,
  project: ProjectRecord,
): Promise<WindowSeconds | undefined> {
  const { pitr } = project.addons;
  if (pitr === undefined) return undefined;
  const now = platform.clock().getTime() / 1000;
  const covered = await archived(platform, project, now);
  if (!covered) return undefined;
  const earliest = Math.max(covered.earliest, Math.ceil(now - windowDaysOf(pitr) * DAY_SECONDS));
  return earliest <= covered.latest ? { earliest, latest: covered.latest } : undefined;
}
