import type { ProjectRecord, ProjectTask } from "./state/project-record.ts";

/** The real work behind a project's transitions, as the endpoints begin it. */
export interface ProjectTasks {
  /** Begins a transition of a project that is new or settled, and saves it with whatever else is new of it. */
  start(project: ProjectRecord, task: Omit<ProjectTask, "startedAt" | "doneAt" | "failed">): void;
  /** Work beside the transitions, e.g. a backup; `close` waits for it. */
  also(work: () => Promise<void>): void;
  /** Takes up what an earlier process left: unfinished tasks, stopped clusters, deleted projects. */
  resume(): Promise<void>;
  /** Cuts the work off; it goes on when the next process resumes. */
  close(): Promise<void>;
}
