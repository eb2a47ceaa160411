import type { ProjectRecord, ProjectTask } from "./state/project-record.ts";

/** A new project shows `UNKNOWN` for this part of its creation. */
const UNKNOWN_PART = 0.1;
/** A paused project that comes back is `COMING_UP` for this part, then `RESTORING`. */
const COMING_UP_PART = 0.5;

const RUNNING: Readonly<Record<ProjectTask["kind"], (part: number) => string>> = {
  create: (part) => (part < UNKNOWN_PART ? "UNKNOWN" : "COMING_UP"),
  resize: () => "RESIZING",
  // An inference: what a project shows during a recovery to a point in time was never recorded. UNVERIFIED
  restore: () => "RESTORING",
  pause: () => "PAUSING",
  unpause: (part) => (part < COMING_UP_PART ? "COMING_UP" : "RESTORING"),
  restart: () => "RESTARTING",
};

const FAILED: Readonly<Record<ProjectTask["kind"], string>> = {
  create: "INIT_FAILED",
  resize: "ACTIVE_UNHEALTHY",
  restore: "RESTORE_FAILED",
  pause: "PAUSE_FAILED",
  unpause: "RESTORE_FAILED",
  restart: "ACTIVE_UNHEALTHY",
};

function endOf(task: ProjectTask): Date | undefined {
  if (task.doneAt === undefined) return undefined;
  const least = Date.parse(task.startedAt) + task.seconds * 1000;
  return new Date(Math.max(least, Date.parse(task.doneAt)));
}

/**
 * The project as it is at `now`: a task that was done and has taken its time is over. The status follows from times
 * alone, never from a timer, so a restart in between changes nothing.
 */
export function settleProject(project: ProjectRecord, now: Date): ProjectRecord {
  const { task, ...rest } = project;
  const end = task && endOf(task);
  if (!task || !end || end > now) return project;
  const success = task.kind === "pause" ? "INACTIVE" : "ACTIVE_HEALTHY";
  return { ...rest, status: task.failed ? FAILED[task.kind] : success, statusSince: end.toISOString() };
}

/** What `GET /v1/projects/{ref}` shows. */
export function projectStatus(project: ProjectRecord, now: Date): string {
  const settled = settleProject(project, now);
  const { task } = settled;
  if (!task) return settled.status;
  const elapsed = (now.getTime() - Date.parse(task.startedAt)) / 1000;
  return RUNNING[task.kind](task.seconds === 0 ? 1 : elapsed / task.seconds);
}
